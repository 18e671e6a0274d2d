"""English patterns of the experiments: short, medium and descriptive ones; see experiment_words."""

from __future__ import annotations

Styles = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]

ENGLISH: dict[str, Styles] = {
    "drop": (
        ("{a} falls to the ground", "{a} is dropped"),
        ("{a} falls from rest under {gravity}", "{a} drops to the ground under {gravity}"),
        (
            "{a} is let go and falls faster and faster under {gravity}. it stays where it lands",
            "let go at rest, {a} is pulled down with {gravity} and comes to lie on the ground",
        ),
    ),
    "bounce": (
        ("{a} bounces", "{a} falls and bounces up again"),
        (
            "{a} bounces under {gravity} with {restitution}",
            "{a} falls under {gravity} and bounces with {restitution}",
        ),
        (
            "{a} falls under {gravity} and hits the ground. each bounce with {restitution} is lower"
            " than the one before",
            "{a} is dropped and bounces, a little lower each time, under {gravity} and with"
            " {restitution}",
        ),
    ),
    "throw": (
        ("{a} is thrown", "{a} flies through the air in a curve"),
        (
            "{a} is thrown at {speed} under {gravity}",
            "{a} flies along a parabola under {gravity}, thrown with {speed}",
        ),
        (
            "{a} is thrown upwards to the side with {speed}. under {gravity} its path bends into a"
            " parabola",
            "thrown with {speed}, {a} flies in a curve that {gravity} bends down",
        ),
    ),
    "ramp": (
        ("{a} slides down a ramp", "{a} slips down a slope"),
        (
            "{a} slides down a ramp with {friction} under {gravity}",
            "{a} goes down a wooden ramp under {gravity} with {friction}",
        ),
        (
            "{a} lies on a ramp and is let go. {gravity} pulls it down while {friction} slows it",
            "let go on a ramp, {a} slides down under {gravity}, slowed by {friction}",
        ),
    ),
    "ramp-holds": (
        ("{a} stays on a ramp", "{a} does not slide down the ramp"),
        (
            "{a} stays on a ramp with {friction} under {gravity}",
            "{a} sticks to a ramp with {friction} under {gravity}",
        ),
        (
            "{a} lies on a ramp and does not move. with {friction} even {gravity} cannot pull it down",
            "although {gravity} pulls at it, {a} stays on the ramp, held with {friction}",
        ),
    ),
    "pendulum": (
        ("{a} swings on a pendulum", "{a} swings back and forth"),
        (
            "{a} swings on a pendulum with {length} under {gravity}",
            "{a} hangs on a rod with {length} and swings under {gravity}",
        ),
        (
            "{a} on a rod with {length} is let go. it swings through the lowest point and up again"
            " under {gravity}",
            "let go at the side, {a} swings on a rod with {length}, drawn down with {gravity}",
        ),
    ),
    "spring": (
        ("{a} bobs up and down on a spring", "{a} hangs on a spring"),
        (
            "{a} with {mass} bobs on a spring with {stiffness}",
            "{a} with {mass} goes up and down on a spring with {stiffness}",
        ),
        (
            "{a} with {mass} hangs on a spring and is let go. the spring with {stiffness} pulls it up"
            " and down",
            "a spring with {stiffness} makes {a} with {mass} swing up and down",
        ),
    ),
    "collision": (
        ("{a} hits another ball", "{a} rolls into a ball that lies still"),
        (
            "{a} with {mass_ratio} hits another ball at {speed}",
            "{a} with {mass_ratio} rolls at {speed} into another ball, with {restitution}",
        ),
        (
            "{a} rolls at {speed} towards a ball that lies still. they collide with {restitution}, the"
            " first having {mass_ratio}, and the other one is pushed away",
            "a ball lies still until {a} with {mass_ratio} strikes it at {speed} and sets it moving,"
            " with {restitution}",
        ),
    ),
    "dominoes": (
        ("{a} knocks over a row of dominoes", "dominoes fall, struck by {a}"),
        (
            "{a} rolls at {speed} into a row of dominoes",
            "{a} topples dominoes after rolling up with {speed}",
        ),
        (
            "{a} rolls with {speed} into the first of a row of dominoes. one domino fells the next",
            "struck by {a} at {speed}, the first domino falls and a row of them topples one by one",
        ),
    ),
    "stack": (
        ("{a} hits a stack of blocks", "a tower of blocks is struck by {a}"),
        (
            "{a} rolls at {speed} into a stack of blocks",
            "{a} strikes a tower of four blocks with {speed}",
        ),
        (
            "{a} rolls with {speed} into a tower of four blocks. the tower loses its footing",
            "four blocks stand on each other until {a} hits the lowest one at {speed}",
        ),
    ),
    "conveyor": (
        ("{a} rides on a conveyor belt", "a conveyor belt carries {a} along"),
        (
            "{a} rides on a conveyor belt at {speed}",
            "a conveyor belt with {speed} carries {a} and drops it at its end",
        ),
        (
            "{a} is laid on a conveyor belt that runs at {speed}. it is carried to the end and falls"
            " off",
            "a belt that runs with {speed} takes {a} along until it falls from the end",
        ),
    ),
    "buoyancy": (
        ("{a} falls into water and floats", "{a} floats in a tank of water"),
        (
            "{a} with {density} falls into water and floats",
            "{a} floats in a tank, with {density}",
        ),
        (
            "{a} with {density} falls into a tank of water. it is lighter than water and comes up again",
            "dropped into a tank, {a} dips in and floats, for it has {density}",
        ),
    ),
    "buoyancy-sinks": (
        ("{a} falls into water and sinks", "{a} sinks in a tank of water"),
        (
            "{a} with {density} falls into water and sinks",
            "{a} sinks in a tank, with {density}",
        ),
        (
            "{a} with {density} falls into a tank of water. it is heavier than water and sinks",
            "dropped into a tank, {a} goes down, for it has {density}",
        ),
    ),
    "paint": (
        ("{a} paints a stroke on a board", "{a} draws a paint roller over a board"),
        (
            "{a} begins {moment} to paint a stroke on a board",
            "{a} rolls paint over a board, beginning {moment}",
        ),
        (
            "{a} holds a paint roller to a board and walks on {moment}. the stroke grows behind the"
            " roller and stays on the board",
            "{moment} {a} begins to draw a roller over a board, and a broad stroke of paint remains",
        ),
    ),
    "bite": (
        ("a piece is bitten out of {a}", "{a} loses a bite"),
        (
            "{moment} a piece is bitten out of {a}",
            "{a} is whole at first and bitten into {moment}",
        ),
        (
            "{a} is whole. {moment} a piece of it is gone, crumbs lie beside it, and it stays bitten",
            "{moment} somebody bites into {a}, and from then on a piece is missing",
        ),
    ),
    "lamp": (
        ("{a} is switched on", "{a} goes on and lights the wall"),
        ("{a} is switched on {moment}", "{moment} {a} goes on"),
        (
            "{a} stands dark before a wall. {moment} it is switched on, and the wall is bright from"
            " then on",
            "{moment} {a} is switched on, so that its light falls on the wall and stays",
        ),
    ),
    "lamp-off": (
        ("{a} is switched off", "{a} goes off and the wall darkens"),
        ("{a} is switched off {moment}", "{moment} {a} goes off"),
        (
            "{a} burns before a wall. {moment} it is switched off, and the wall is dark from then on",
            "{moment} {a} is switched off, so that its light on the wall is gone and stays gone",
        ),
    ),
    "door": (
        ("the door of {a} closes", "{a} whose door falls shut"),
        ("the door of {a} closes {moment}", "{moment} the door of {a} falls shut"),
        (
            "the door of {a} stands open. {moment} it swings shut and stays closed",
            "{moment} somebody closes the door of {a}, and it stays shut",
        ),
    ),
    "door-open": (
        ("the door of {a} opens", "{a} whose door swings open"),
        ("the door of {a} opens {moment}", "{moment} the door of {a} swings open"),
        (
            "the door of {a} is closed. {moment} it swings open and stays open",
            "{moment} somebody opens the door of {a}, and it stays open",
        ),
    ),
    "footprints": (
        ("{a} walks and leaves footprints", "{a} leaves a trail of prints"),
        (
            "{a} walks off {moment} and leaves footprints",
            "{moment} {a} sets out and leaves a trail of prints",
        ),
        (
            "{a} stands still and walks off {moment}. every step leaves a print that stays",
            "{moment} {a} begins to walk, and a row of footprints remains behind",
        ),
    ),
    "screen": (
        ("{a} passes behind a board", "{a} disappears behind a screen and comes out again"),
        (
            "{a} passes behind a wooden board at {speed}",
            "{a} moves at {speed}, disappears behind a board and comes out on the other side",
        ),
        (
            "{a} moves with {speed} and goes behind a board. hidden it goes on, and it comes out on"
            " the other side",
            "a board hides {a} for a moment. as it moves on at {speed}, it appears on the far side",
        ),
    ),
    "look-away": (
        ("the camera looks away from {a} and back", "{a} moves on while the camera looks away"),
        (
            "the camera looks away and back while {a} moves at {speed}",
            "{a} goes on with {speed} while the camera turns away and back",
        ),
        (
            "{a} moves with {speed}. the camera turns away and back, and meanwhile {the} has moved on",
            "the camera turns to the side and returns. as {a} went on at {speed}, it is further along",
        ),
    ),
}
