"""Things to eat and drink."""

from __future__ import annotations

from himmel.world.vocabulary import Kind, Noun


def _dish(
    name: str, height: float, english: tuple[str, ...], *german: Noun, turns: bool = False
) -> Kind:
    return Kind(name, height, "slide", english, german, round=not turns)


FOOD: tuple[Kind, ...] = (
    _dish("apple", 2.1, ("apple",), Noun("Apfel", "m")),
    _dish("pear", 2.5, ("pear",), Noun("Birne", "f")),
    _dish("banana", 1.7, ("banana",), Noun("Banane", "f"), turns=True),
    _dish("cherry", 2.4, ("cherry", "pair of cherries"), Noun("Kirsche", "f"), turns=True),
    _dish("strawberry", 2.3, ("strawberry",), Noun("Erdbeere", "f")),
    _dish("pineapple", 2.8, ("pineapple",), Noun("Ananas", "f")),
    _dish(
        "watermelon",
        2.6,
        ("watermelon slice", "slice of watermelon", "piece of melon"),
        Noun("Melonenscheibe", "f"),
        Noun("Melone", "f"),
        turns=True,
    ),
    _dish("grapes", 2.5, ("bunch of grapes",), Noun("Traube", "f"), Noun("Weintraube", "f")),
    _dish("carrot", 3.0, ("carrot",), Noun("Karotte", "f"), Noun("Möhre", "f")),
    _dish("pumpkin", 1.9, ("pumpkin",), Noun("Kürbis", "m")),
    _dish("corn", 2.8, ("corn cob", "cob of corn"), Noun("Maiskolben", "m")),
    _dish(
        "cake", 2.1, ("cake", "birthday cake"), Noun("Torte", "f"), Noun("Geburtstagstorte", "f")
    ),
    _dish(
        "ice-cream", 2.8, ("ice cream cone", "ice cream"), Noun("Eis", "n"), Noun("Eistüte", "f")
    ),
    _dish(
        "pizza",
        2.4,
        ("pizza slice", "slice of pizza"),
        Noun("Pizzastück", "n"),
        Noun("Pizza", "f"),
        turns=True,
    ),
    _dish("burger", 1.8, ("hamburger", "burger"), Noun("Hamburger", "m"), Noun("Burger", "m")),
    _dish("doughnut", 2.3, ("doughnut", "donut"), Noun("Donut", "m"), turns=True),
    _dish(
        "cheese",
        1.3,
        ("piece of cheese", "cheese"),
        Noun("Käsestück", "n"),
        Noun("Käse", "m"),
        turns=True,
    ),
    _dish("lollipop", 2.9, ("lollipop",), Noun("Lutscher", "m"), Noun("Lolli", "m"), turns=True),
    _dish("pretzel", 2.1, ("pretzel",), Noun("Brezel", "f"), turns=True),
    _dish("egg", 2.2, ("egg", "boiled egg"), Noun("Ei", "n"), Noun("Frühstücksei", "n")),
    _dish("bread", 1.4, ("loaf of bread", "bread"), Noun("Brot", "n"), turns=True),
)
