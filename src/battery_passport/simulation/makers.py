"""The made-up makers of the city's batteries.

In: nothing. Out: their names, addresses and contacts. `.example` addresses belong to nobody.
"""

from dataclasses import dataclass

from battery_passport.foundation.strict_json import JsonObject


@dataclass(frozen=True, slots=True)
class Maker:
    """A maker of batteries that does not exist."""

    name: str
    street: str
    postal_code: str
    city: str
    plant: str
    host: str

    @property
    def slug(self) -> str:
        """The short name it is registered under."""
        return self.name.lower().replace(" ", "-")

    def address(self) -> JsonObject:
        """Return the postal address."""
        return {
            "street": self.street,
            "postal_code": self.postal_code,
            "city": self.city,
            "country": "Republic of Korea",
        }

    def web_contact(self) -> JsonObject:
        """Return website and e-mail address."""
        return {"web": f"https://{self.host}/", "email": f"passport@{self.host}"}

    def document(self, title: str, path: str) -> JsonObject:
        """Return a document as the maker publishes it."""
        return {"title": title, "address": f"https://{self.host}/{path}"}


MAKERS: dict[str, Maker] = {
    maker.name: maker
    for maker in (
        Maker(
            "Haedong Battery Works",
            "1 Demonstration Road",
            "00001",
            "Busan",
            "Plant 2, Busan, Republic of Korea",
            "haedong.example",
        ),
        Maker(
            "Nakdong Energy Storage",
            "2 Demonstration Road",
            "00002",
            "Yangsan",
            "Plant 1, Yangsan, Republic of Korea",
            "nakdong.example",
        ),
        Maker(
            "Gwangan Cell Company",
            "3 Demonstration Road",
            "00003",
            "Pohang",
            "Plant 1, Pohang, Republic of Korea",
            "gwangan.example",
        ),
    )
}
