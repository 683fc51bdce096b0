"""The words of a page, as a reader meets them."""

import re

import httpx


def text_of(answer: httpx.Response) -> str:
    """Return the words of a page's main part."""
    main = answer.text.partition('<main id="content"')[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).replace("&#39;", "'").split())
