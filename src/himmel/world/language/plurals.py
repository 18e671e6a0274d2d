"""Plurals: German ones from a table, for no rule gives them, English ones but for a few by rule."""

from __future__ import annotations

from himmel.core.errors import HimmelError
from himmel.world.language.lists import paired
from himmel.world.vocabulary import Noun

GERMAN_PLURALS: dict[str, str] = paired(
    # The core.
    "Auto:Autos Wagen:Wagen Bus:Busse Reisebus:Reisebusse Zug:Züge Eisenbahn:Eisenbahnen Hund:Hunde "
    "Elefant:Elefanten Vogel:Vögel Person:Personen Mensch:Menschen Mann:Männer Frau:Frauen "
    "Figur:Figuren Schneemann:Schneemänner Baum:Bäume Haus:Häuser Häuschen:Häuschen "
    "Schloss:Schlösser Burg:Burgen Rakete:Raketen Raumschiff:Raumschiffe Flugzeug:Flugzeuge "
    "Flieger:Flieger Ball:Bälle Kugel:Kugeln Becher:Becher Tasse:Tassen Stuhl:Stühle Pilz:Pilze "
    "Ballon:Ballons Heißluftballon:Heißluftballons Monster:Monster Wesen:Wesen Kreatur:Kreaturen "
    "Stadt:Städte Goldgräberstadt:Goldgräberstädte Westernstadt:Westernstädte "
    # Animals.
    "Katze:Katzen Kater:Kater Fuchs:Füchse Pferd:Pferde Pony:Ponys Einhorn:Einhörner Zebra:Zebras "
    "Kuh:Kühe Schwein:Schweine Schaf:Schafe Ziege:Ziegen Löwe:Löwen Tiger:Tiger Bär:Bären "
    "Panda:Pandas Giraffe:Giraffen Kamel:Kamele Hirsch:Hirsche Reh:Rehe Nashorn:Nashörner "
    "Hase:Hasen Kaninchen:Kaninchen Maus:Mäuse Eichhörnchen:Eichhörnchen Affe:Affen "
    "Känguru:Kängurus Igel:Igel Schnecke:Schnecken Biene:Bienen Hummel:Hummeln "
    "Schmetterling:Schmetterlinge Falter:Falter Marienkäfer:Marienkäfer Spinne:Spinnen "
    "Pinguin:Pinguine Ente:Enten Huhn:Hühner Henne:Hennen Hahn:Hähne Eule:Eulen Uhu:Uhus "
    "Flamingo:Flamingos Schwan:Schwäne Pfau:Pfauen Fisch:Fische Hai:Haie Haifisch:Haifische "
    "Wal:Wale Walfisch:Walfische Delfin:Delfine Krake:Kraken Tintenfisch:Tintenfische "
    "Krabbe:Krabben Krebs:Krebse Schildkröte:Schildkröten Frosch:Frösche Schlange:Schlangen "
    "Krokodil:Krokodile Alligator:Alligatoren Dinosaurier:Dinosaurier Dino:Dinos Drache:Drachen "
    # People.
    "Kind:Kinder Junge:Jungen Großvater:Großväter Opa:Opas Greis:Greise Koch:Köche "
    "Küchenchef:Küchenchefs Feuerwehrmann:Feuerwehrmänner Feuerwehrfrau:Feuerwehrfrauen "
    "Polizist:Polizisten Polizistin:Polizistinnen Ritter:Ritter König:Könige Königin:Königinnen "
    "Prinzessin:Prinzessinnen Pirat:Piraten Seeräuber:Seeräuber Cowboy:Cowboys "
    "Astronaut:Astronauten Raumfahrer:Raumfahrer Clown:Clowns Zauberer:Zauberer Magier:Magier "
    "Weihnachtsmann:Weihnachtsmänner Nikolaus:Nikoläuse Superheld:Superhelden "
    "Ballerina:Ballerinen Tänzerin:Tänzerinnen Engel:Engel Skelett:Skelette Gerippe:Gerippe "
    "Roboter:Roboter Meerjungfrau:Meerjungfrauen Nixe:Nixen Gespenst:Gespenster Geist:Geister "
    # Food.
    "Apfel:Äpfel Birne:Birnen Banane:Bananen Kirsche:Kirschen Erdbeere:Erdbeeren Ananas:Ananas "
    "Melonenscheibe:Melonenscheiben Melone:Melonen Traube:Trauben Weintraube:Weintrauben "
    "Karotte:Karotten Möhre:Möhren Kürbis:Kürbisse Maiskolben:Maiskolben Torte:Torten "
    "Geburtstagstorte:Geburtstagstorten Eistüte:Eistüten Pizzastück:Pizzastücke Pizza:Pizzen "
    "Hamburger:Hamburger Burger:Burger Donut:Donuts Käsestück:Käsestücke Käse:Käse "
    "Lutscher:Lutscher Lolli:Lollis Brezel:Brezeln Ei:Eier Frühstücksei:Frühstückseier Brot:Brote "
    "Eis:Eis "
    # Vehicles.
    "Lastwagen:Lastwagen Laster:Laster Feuerwehrauto:Feuerwehrautos Löschfahrzeug:Löschfahrzeuge "
    "Krankenwagen:Krankenwagen Rettungswagen:Rettungswagen Rennwagen:Rennwagen Rennauto:Rennautos "
    "Fahrrad:Fahrräder Motorrad:Motorräder Roller:Roller Tretroller:Tretroller "
    "Kinderwagen:Kinderwagen Schlitten:Schlitten Skateboard:Skateboards Traktor:Traktoren "
    "Trecker:Trecker Panzer:Panzer Bagger:Bagger Kran:Kräne Baukran:Baukräne "
    "Gabelstapler:Gabelstapler Schubkarre:Schubkarren Segelboot:Segelboote Schiff:Schiffe "
    "Dampfer:Dampfer U-Boot:U-Boote Unterseeboot:Unterseeboote Hubschrauber:Hubschrauber "
    "Helikopter:Helikopter Ufo:Ufos Luftschiff:Luftschiffe Zeppelin:Zeppeline "
    "Fallschirm:Fallschirme "
    # Furniture.
    "Tisch:Tische Bett:Betten Sofa:Sofas Couch:Couches Bücherregal:Bücherregale Hocker:Hocker "
    "Schemel:Schemel Lampe:Lampen Tischlampe:Tischlampen Wecker:Wecker Standuhr:Standuhren "
    "Kühlschrank:Kühlschränke Waschmaschine:Waschmaschinen Toilette:Toiletten Klo:Klos "
    "Badewanne:Badewannen Fernseher:Fernseher Fernsehgerät:Fernsehgeräte "
    "Kleiderschrank:Kleiderschränke Schrank:Schränke Bank:Bänke Parkbank:Parkbänke Kerze:Kerzen "
    "Laptop:Laptops Telefon:Telefone Fotoapparat:Fotoapparate Fotokamera:Fotokameras "
    "Regenschirm:Regenschirme Schirm:Schirme Vase:Vasen Blumenvase:Blumenvasen Teekanne:Teekannen "
    "Flasche:Flaschen Eimer:Eimer Korb:Körbe Fass:Fässer Kiste:Kisten Koffer:Koffer "
    "Rucksack:Rucksäcke Buch:Bücher Spiegel:Spiegel Besen:Besen Bratpfanne:Bratpfannen "
    "Pfanne:Pfannen Glühbirne:Glühbirnen Glühlampe:Glühlampen Sanduhr:Sanduhren "
    # Tools.
    "Hammer:Hämmer Säge:Sägen Handsäge:Handsägen Axt:Äxte Beil:Beile "
    "Schraubenschlüssel:Schraubenschlüssel Zange:Zangen Schere:Scheren Schlüssel:Schlüssel "
    "Vorhängeschloss:Vorhängeschlösser Schaufel:Schaufeln Spaten:Spaten Rechen:Rechen Harke:Harken "
    "Leiter:Leitern Trittleiter:Trittleitern Anker:Anker Glocke:Glocken Lupe:Lupen "
    "Teleskop:Teleskope Fernrohr:Fernrohre Mikroskop:Mikroskope Bleistift:Bleistifte "
    "Magnet:Magnete Hufeisenmagnet:Hufeisenmagnete Zahnrad:Zahnräder Rad:Räder Wagenrad:Wagenräder "
    "Verkehrskegel:Verkehrskegel Leitkegel:Leitkegel Globus:Globusse Taschenlampe:Taschenlampen "
    "Schild:Schilde Gießkanne:Gießkannen Waage:Waagen Balkenwaage:Balkenwaagen Gitarre:Gitarren "
    "Geige:Geigen Violine:Violinen Klavier:Klaviere Konzertflügel:Konzertflügel Trommel:Trommeln "
    "Trompete:Trompeten Harfe:Harfen Akkordeon:Akkordeons Ziehharmonika:Ziehharmonikas "
    "Xylofon:Xylofone "
    # Toys and things of the street.
    "Teddybär:Teddybären Teddy:Teddys Puppe:Puppen Schaukelpferd:Schaukelpferde "
    "Papierdrachen:Papierdrachen Flugdrachen:Flugdrachen Kreisel:Kreisel Würfel:Würfel "
    "Schachbauer:Schachbauern Schachkönig:Schachkönige Badeente:Badeenten "
    "Quietscheente:Quietscheenten Basketballkorb:Basketballkörbe Tennisschläger:Tennisschläger "
    "Kegel:Kegel Hantel:Hanteln Zielscheibe:Zielscheiben Fußballtor:Fußballtore Pokal:Pokale "
    "Geschenk:Geschenke Krone:Kronen Zylinder:Zylinder Zylinderhut:Zylinderhüte "
    "Gummistiefel:Gummistiefel Turnschuh:Turnschuhe Sportschuh:Sportschuhe Brille:Brillen "
    "Ring:Ringe Diamantring:Diamantringe Armbanduhr:Armbanduhren Uhr:Uhren Ampel:Ampeln "
    "Verkehrsampel:Verkehrsampeln Straßenlaterne:Straßenlaternen Laterne:Laternen "
    "Briefkasten:Briefkästen Fahne:Fahnen Flagge:Flaggen Zelt:Zelte Hydrant:Hydranten "
    "Wegweiser:Wegweiser Schaukel:Schaukeln Rutsche:Rutschen Rutschbahn:Rutschbahnen "
    # Plants.
    "Blume:Blumen Blüte:Blüten Sonnenblume:Sonnenblumen Tulpe:Tulpen Palme:Palmen Kaktus:Kakteen "
    "Tanne:Tannen Weihnachtsbaum:Weihnachtsbäume Christbaum:Christbäume Topfpflanze:Topfpflanzen "
    "Zimmerpflanze:Zimmerpflanzen Kleeblatt:Kleeblätter Glücksklee:Glücksklee Bambus:Bambusse "
    # Buildings.
    "Leuchtturm:Leuchttürme Windmühle:Windmühlen Mühle:Mühlen Kirche:Kirchen Kapelle:Kapellen "
    "Wolkenkratzer:Wolkenkratzer Hochhaus:Hochhäuser Iglu:Iglus Scheune:Scheunen "
    "Pyramide:Pyramiden Tempel:Tempel Brücke:Brücken Hängebrücke:Hängebrücken Brunnen:Brunnen "
    "Ziehbrunnen:Ziehbrunnen Pagode:Pagoden Fabrik:Fabriken "
)

_ENGLISH_PLURALS = paired(
    "man:men woman:women child:children person:people mouse:mice goose:geese foot:feet tooth:teeth "
    "sheep:sheep deer:deer fish:fish aircraft:aircraft knife:knives leaf:leaves wolf:wolves "
    "loaf:loaves shelf:shelves calf:calves half:halves thief:thieves scarf:scarves elf:elves "
    "dwarf:dwarves bison:bison moose:moose cactus:cacti ox:oxen jellyfish:jellyfish "
    "starfish:starfish goldfish:goldfish spacecraft:spacecraft hovercraft:hovercraft potato:potatoes "
    "tomato:tomatoes hero:heroes superhero:superheroes bookshelf:bookshelves dice:dice"
)
_HISSING = ("s", "x", "z", "ch", "sh")


def plural_of(noun: Noun) -> str:
    """The nominative plural of a German noun: Ball -> Bälle.

    Raises HimmelError where the table has none.
    """
    if noun.word not in GERMAN_PLURALS:
        raise HimmelError(
            f"no plural of {noun.word!r} is known; add it to himmel.world.language.plurals"
        )
    return GERMAN_PLURALS[noun.word]


def english_plural(phrase: str) -> str:
    """The plural of an English noun; its head may stand before "of": loaves of bread."""
    head, of, rest = phrase.partition(" of ")
    front, _, last = head.rpartition(" ")
    return f"{front} {_plural_word(last)}".strip() + of + rest


def _plural_word(word: str) -> str:
    if word in _ENGLISH_PLURALS:
        return _ENGLISH_PLURALS[word]
    if word.endswith(("man", "woman")) and word not in ("human", "german"):
        return word[:-2] + "en"
    if word.endswith(_HISSING):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"
