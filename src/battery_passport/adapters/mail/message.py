"""A letter as a mail message.

In: a letter. Out: a message whose headers hold one line each.
"""

from email.message import EmailMessage

from battery_passport.access.letters import Letter


def as_message(letter: Letter, *, sender: str) -> EmailMessage:
    """Return the message. Line ends cannot enter a header: the library refuses them."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    return message
