"""German patterns of the experiments: short, medium and descriptive ones; see experiment_words."""

from __future__ import annotations

Styles = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]

GERMAN: dict[str, Styles] = {
    "drop": (
        ("{nom} fällt zu Boden", "jemand lässt {acc} fallen"),
        (
            "{nom} fällt bei {gravity} aus der Ruhe herab",
            "{nom} fällt bei {gravity} zu Boden",
        ),
        (
            "{nom} wird losgelassen und fällt bei {gravity} immer schneller. am Boden bleibt {er} liegen",
            "aus der Ruhe losgelassen, fällt {nom} bei {gravity} herab und bleibt am Boden liegen",
        ),
    ),
    "bounce": (
        ("{nom} springt auf und ab", "{nom} fällt und prallt wieder hoch"),
        (
            "{nom} prallt bei {gravity} mit {restitution} vom Boden ab",
            "{nom} fällt bei {gravity} und springt mit {restitution} wieder hoch",
        ),
        (
            "{nom} fällt bei {gravity} zu Boden und prallt ab. mit {restitution} ist jeder Sprung"
            " niedriger als der vorige",
            "{nom} wird fallen gelassen und springt bei {gravity} und mit {restitution} jedes Mal etwas"
            " weniger hoch",
        ),
    ),
    "throw": (
        ("{nom} wird geworfen", "{nom} fliegt im Bogen durch die Luft"),
        (
            "{nom} wird bei {gravity} mit {speed} geworfen",
            "{nom} fliegt bei {gravity} auf einer Wurfparabel, geworfen mit {speed}",
        ),
        (
            "{nom} wird mit {speed} schräg nach oben geworfen. bei {gravity} krümmt sich die Bahn zu"
            " einer Parabel",
            "mit {speed} geworfen, fliegt {nom} bei {gravity} in einem Bogen",
        ),
    ),
    "ramp": (
        ("{nom} rutscht eine Rampe hinab", "{nom} gleitet eine Schräge hinunter"),
        (
            "{nom} rutscht bei {gravity} mit {friction} eine Rampe hinab",
            "{nom} gleitet mit {friction} und bei {gravity} eine Holzrampe hinunter",
        ),
        (
            "{nom} liegt auf einer Rampe und wird losgelassen. bei {gravity} rutscht {er} hinab, mit"
            " {friction} gebremst",
            "auf einer Rampe losgelassen, rutscht {nom} bei {gravity} und mit {friction} hinunter",
        ),
    ),
    "ramp-holds": (
        ("{nom} bleibt auf einer Rampe liegen", "{nom} rutscht nicht von der Rampe"),
        (
            "{nom} bleibt bei {gravity} mit {friction} auf einer Rampe liegen",
            "{nom} haftet mit {friction} auf einer Rampe, auch bei {gravity}",
        ),
        (
            "{nom} liegt auf einer Rampe und bewegt sich nicht. mit {friction} rutscht {er} auch bei"
            " {gravity} nicht hinab",
            "auch bei {gravity} bleibt {nom} mit {friction} auf der Rampe liegen",
        ),
    ),
    "pendulum": (
        ("{nom} schwingt an einem Pendel", "{nom} schwingt hin und her"),
        (
            "{nom} schwingt bei {gravity} an einem Pendel mit {length}",
            "{nom} hängt an einer Stange mit {length} und schwingt bei {gravity}",
        ),
        (
            "{nom} an einer Stange mit {length} wird losgelassen. bei {gravity} schwingt {er} durch den"
            " tiefsten Punkt und wieder hinauf",
            "zur Seite ausgelenkt und losgelassen, schwingt {nom} bei {gravity} an einer Stange mit"
            " {length}",
        ),
    ),
    "spring": (
        ("{nom} wippt an einer Feder auf und ab", "{nom} hängt an einer Feder"),
        (
            "{nom} mit {mass} wippt an einer Feder mit {stiffness}",
            "{nom} mit {mass} schwingt an einer Feder mit {stiffness} auf und ab",
        ),
        (
            "{nom} mit {mass} hängt an einer Feder und wird losgelassen. an der Feder mit"
            " {stiffness} geht {er} auf und ab",
            "an einer Feder mit {stiffness} schwingt {nom} mit {mass} auf und ab",
        ),
    ),
    "collision": (
        ("{nom} stößt gegen eine andere Kugel", "{nom} rollt gegen einen Ball, der still liegt"),
        (
            "{nom} mit {mass_ratio} stößt mit {speed} gegen eine andere Kugel",
            "{nom} mit {mass_ratio} rollt mit {speed} gegen eine andere Kugel, mit {restitution}",
        ),
        (
            "{nom} mit {mass_ratio} rollt mit {speed} auf eine Kugel zu, die still liegt. sie stoßen mit"
            " {restitution} zusammen, und die andere wird weggestoßen",
            "eine Kugel liegt still, bis {nom} mit {mass_ratio} und {speed} gegen sie stößt und sie mit"
            " {restitution} in Bewegung setzt",
        ),
    ),
    "dominoes": (
        ("{nom} stößt eine Reihe Dominosteine um", "Dominosteine fallen, angestoßen von {dat}"),
        (
            "{nom} rollt mit {speed} in eine Reihe Dominosteine",
            "{nom} wirft mit {speed} Dominosteine um",
        ),
        (
            "{nom} rollt mit {speed} gegen den ersten Stein einer Reihe von Dominosteinen. einer wirft"
            " den nächsten um",
            "von {dat} mit {speed} getroffen, fällt der erste Dominostein, und die anderen kippen der"
            " Reihe nach",
        ),
    ),
    "stack": (
        ("{nom} trifft einen Stapel Klötze", "ein Turm aus Klötzen wird von {dat} getroffen"),
        (
            "{nom} rollt mit {speed} in einen Stapel Klötze",
            "{nom} trifft mit {speed} einen Turm aus vier Klötzen",
        ),
        (
            "{nom} rollt mit {speed} gegen einen Turm aus vier Klötzen. der Turm verliert seinen Halt",
            "vier Klötze stehen aufeinander, bis {nom} mit {speed} den untersten trifft",
        ),
    ),
    "conveyor": (
        ("{nom} fährt auf einem Förderband", "ein Förderband trägt {acc}"),
        (
            "{nom} fährt mit {speed} auf einem Förderband",
            "ein Förderband trägt {acc} mit {speed} bis an sein Ende",
        ),
        (
            "{nom} liegt auf einem Förderband, das mit {speed} läuft. am Ende fällt {er} herunter",
            "ein Band nimmt {acc} mit {speed} mit, bis {er} am Ende herunterfällt",
        ),
    ),
    "buoyancy": (
        ("{nom} fällt ins Wasser und schwimmt", "{nom} schwimmt in einem Wasserbecken"),
        (
            "{nom} mit {density} fällt ins Wasser und schwimmt",
            "{nom} schwimmt mit {density} in einem Becken",
        ),
        (
            "{nom} mit {density} fällt in ein Becken mit Wasser. {er} ist leichter als Wasser und kommt"
            " wieder hoch",
            "in ein Becken geworfen, taucht {nom} mit {density} ein und schwimmt",
        ),
    ),
    "buoyancy-sinks": (
        ("{nom} fällt ins Wasser und geht unter", "{nom} sinkt in einem Wasserbecken"),
        (
            "{nom} mit {density} fällt ins Wasser und geht unter",
            "{nom} sinkt mit {density} in einem Becken",
        ),
        (
            "{nom} mit {density} fällt in ein Becken mit Wasser. {er} ist schwerer als Wasser und sinkt",
            "in ein Becken geworfen, geht {nom} mit {density} unter",
        ),
    ),
    "paint": (
        ("{nom} malt einen Strich auf eine Tafel", "{nom} zieht eine Farbrolle über eine Tafel"),
        (
            "{nom} beginnt {moment}, einen Strich auf eine Tafel zu malen",
            "{nom} rollt {moment} Farbe über eine Tafel",
        ),
        (
            "{nom} hält eine Farbrolle an eine Tafel und geht {moment} los. hinter der Rolle wächst ein"
            " Strich, der auf der Tafel bleibt",
            "{moment} beginnt {nom}, eine Rolle über eine Tafel zu ziehen, und ein breiter Strich bleibt"
            " zurück",
        ),
    ),
    "bite": (
        ("von {dat} wird ein Stück abgebissen", "{nom} wird angebissen"),
        (
            "{moment} wird von {dat} ein Stück abgebissen",
            "{nom} ist erst ganz und {moment} angebissen",
        ),
        (
            "{nom} ist noch ganz. {moment} fehlt ein Stück, Krümel liegen daneben, und {er} bleibt"
            " angebissen",
            "{moment} beißt jemand in {acc}, und von da an fehlt ein Stück",
        ),
    ),
    "lamp": (
        ("{nom} wird eingeschaltet", "{nom} geht an und beleuchtet die Wand"),
        ("{nom} wird {moment} eingeschaltet", "{moment} geht {nom} an"),
        (
            "{nom} steht dunkel vor einer Wand. {moment} wird {er} eingeschaltet, und die Wand ist von da"
            " an hell",
            "{moment} wird {nom} eingeschaltet, sodass von da an Licht auf die Wand fällt",
        ),
    ),
    "lamp-off": (
        ("{nom} wird ausgeschaltet", "{nom} geht aus und die Wand wird dunkel"),
        ("{nom} wird {moment} ausgeschaltet", "{moment} geht {nom} aus"),
        (
            "{nom} brennt vor einer Wand. {moment} wird {er} ausgeschaltet, und die Wand ist von da an"
            " dunkel",
            "{moment} wird {nom} ausgeschaltet, sodass das Licht auf der Wand verschwindet",
        ),
    ),
    "door": (
        ("die Tür von {dat} geht zu", "die Tür von {dat} fällt ins Schloss"),
        ("die Tür von {dat} geht {moment} zu", "{moment} schließt sich die Tür von {dat}"),
        (
            "die Tür von {dat} steht offen. {moment} geht sie zu und bleibt geschlossen",
            "{moment} schließt jemand die Tür von {dat}, und sie bleibt zu",
        ),
    ),
    "door-open": (
        ("die Tür von {dat} geht auf", "die Tür von {dat} öffnet sich"),
        ("die Tür von {dat} geht {moment} auf", "{moment} öffnet sich die Tür von {dat}"),
        (
            "die Tür von {dat} ist geschlossen. {moment} geht sie auf und bleibt offen",
            "{moment} öffnet jemand die Tür von {dat}, und sie bleibt offen",
        ),
    ),
    "footprints": (
        ("{nom} läuft und hinterlässt Spuren", "{nom} hinterlässt Fußspuren"),
        (
            "{nom} läuft {moment} los und hinterlässt Spuren",
            "{moment} geht {nom} los und hinterlässt eine Spur",
        ),
        (
            "{nom} steht still und geht {moment} los. jeder Schritt lässt einen Abdruck zurück",
            "{moment} setzt sich {nom} in Bewegung, und eine Reihe von Abdrücken bleibt zurück",
        ),
    ),
    "screen": (
        ("{nom} bewegt sich hinter einer Tafel vorbei", "{nom} verschwindet und taucht wieder auf"),
        (
            "{nom} bewegt sich mit {speed} hinter einer Holztafel vorbei",
            "{nom} verschwindet mit {speed} hinter einer Tafel und kommt auf der anderen Seite hervor",
        ),
        (
            "{nom} bewegt sich mit {speed} und verschwindet hinter einer Tafel. verdeckt bewegt {er} sich"
            " weiter und kommt auf der anderen Seite hervor",
            "eine Tafel verdeckt {acc} für kurze Zeit. mit {speed} kommt {er} auf der anderen Seite"
            " wieder hervor",
        ),
    ),
    "look-away": (
        (
            "die Kamera blickt von {dat} weg und wieder zurück",
            "{nom} bewegt sich weiter, während die Kamera wegsieht",
        ),
        (
            "die Kamera sieht weg und wieder hin, während {nom} sich mit {speed} bewegt",
            "{nom} bewegt sich mit {speed} weiter, während die Kamera weg und wieder zurück schwenkt",
        ),
        (
            "{nom} bewegt sich mit {speed}. die Kamera schwenkt weg und wieder zurück, und inzwischen ist"
            " {er} weitergekommen",
            "die Kamera schwenkt zur Seite und kehrt zurück. weil {nom} sich mit {speed} weiterbewegt"
            " hat, ist {er} nun an einer anderen Stelle",
        ),
    ),
}
