"""What customers say: ratings and short reviews in the voice of those who buy such things.

Reviews are opinions; they name no figure, so that they never contradict the product they stand under.
"""

# A voice is read by its rows.
# fmt: off
from __future__ import annotations

from collections.abc import Mapping
from random import Random

from assistant.shops.demo.names import FIRST_NAMES, LAST_NAMES
from retrieval.catalogue import Review

Voice = tuple[str, str, str]
"""Sentences parted by "|": of the happy, of the undecided, of the unhappy."""

VOICES: Mapping[str, Voice] = {
    "camping": (
        "Used it on three trips so far and it never let us down.|Quick to set up even after dark.|Packs smaller than I expected.|Survived a stormy night without a worry.|My whole family fights over who gets to carry it, in a good way.|Clever details everywhere you look.",
        "Good, but the carry bag could be roomier.|Does its job; I had hoped for slightly better instructions.|Fine for fair weather, not sure about worse.",
        "A seam came loose on the second outing.|Bulkier than it looked in the picture.|Not what I hoped for at this price.",
    ),
    "gear": (
        "Clever details everywhere you look.|Has come along on every trip this year.|Simple to use, even with cold fingers.|Light, sturdy and well thought out.|Feels like it will last for many years.",
        "Does its job; I had hoped for slightly better instructions.|Good, but it could be a bit lighter.|Fine for weekends, not sure about longer tours.",
        "A part came loose on the second outing.|Bulkier than it looked in the picture.|Not what I hoped for at this price.",
    ),
    "sport": (
        "Great fun from the first day.|Feels far more expensive than it was.|Solid, well made and good to handle.|My game has not been the same since, for the better.|The whole family wants to borrow it.",
        "Good, though it took some getting used to.|Does what it should, nothing more.|Decent; I expected a slightly better finish.",
        "Scratched when it arrived.|Not as sturdy as I had hoped.",
    ),
    "lamp": (
        "Lovely, even light without harsh edges.|Looks far more expensive than it was.|Makes the whole room feel warmer.|Easy to put together and beautifully finished.|Exactly the piece our living room was missing.",
        "Nice enough; the cable could be longer.|Works well, packaging was damaged.|Pretty, though smaller than I had pictured it.",
        "The switch stopped working after a few weeks.|Feels less solid than I expected.",
    ),
    "kitchen appliance": (
        "In use several times a day and still perfect.|Looks beautiful on the counter.|Easy to clean, which is all I ask for.|Makes breakfast a small pleasure.|Bought one for my parents, too.",
        "Works well, slightly louder than I thought.|Good, but it shows every fingerprint.|Nice piece; the manual could be clearer.",
        "Stopped working after a few months; support was helpful.|Takes more room than I expected.",
    ),
    "drinkware": (
        "Goes with me everywhere.|Nice to hold and easy to clean.|Not a single drop in my bag so far.|Looks lovely and feels sturdy.|Bought a second one for the office.",
        "Good, but a little harder to clean than I thought.|Nice, though it picked up a dent early on.|Fine, I would have liked more colours.",
        "The colour chipped after a few weeks.|Had a faint smell at first.",
    ),
    "grill": (
        "Heats evenly and quickly.|Every evening on the patio is better now.|Put together in half an hour, and solid as a rock.|Easy to clean after a long evening.|Our neighbours now come over uninvited.",
        "Good, but putting it together took a while.|Works well; I would like a bigger shelf.|Solid, though heavier to move than I thought.",
        "A screw was missing in the box.|Some rust after the first winter.",
    ),
    "light": (
        "Brighter than anything I had before.|Lovely, even light without harsh edges.|Simple to operate, even with gloves on.|The battery simply keeps going.|Looks good and works well.",
        "Good light, but the button is a bit fiddly.|Nice enough; the cable could be longer.|Works well, packaging was damaged.",
        "Stopped working after a few weeks; the replacement is fine.|Feels less solid than I expected.",
    ),
    "pack": (
        "Carries so well that I forget it is there.|Pockets exactly where I want them.|Still looks new after a season of daily use.|Sits comfortably, even fully loaded.|Zips run smoothly and the fabric is tough.",
        "Comfortable, though the side pockets are tight.|Good pack, the straps could be softer.|Nice, but I would have liked one more compartment.",
        "A buckle broke on the first weekend.|The straps dig in after an hour.",
    ),
    "footwear": (
        "Comfortable straight out of the box.|Great grip on wet rock.|True to size and no blisters at all.|My feet thank me after every outing.|Light on the foot and still supportive.|Bought a second pair for next year.",
        "Good shoe, runs a little small.|Comfortable, but the laces keep coming undone.|Took a week to break in, fine since.",
        "Too narrow for my feet.|The sole wore down faster than it should.",
    ),
    "apparel": (
        "Fits perfectly and feels great on the skin.|I wear it nearly every day.|Washed many times and still like new.|The cut is just right, neither tight nor baggy.|Lovely colour, even nicer than in the picture.|Exactly the right warmth for me.",
        "Nice, but the sleeves are a touch long.|Good quality; I had to exchange it for another size.|Comfortable, though the fabric pills a little.",
        "Runs smaller than expected.|The zip jams every now and then.|The colour differs from the picture.",
    ),
    "fitness": (
        "Makes training at home fun again.|Solid, well made and good to handle.|Just what I needed to get started.|Holds up to daily use.|Feels far more expensive than it was.",
        "Good, though it smelt a bit at first.|Does what it should, nothing more.|Decent; I expected a slightly better finish.",
        "Scratched when it arrived.|Not as sturdy as I had hoped.",
    ),
    "ride": (
        "Fits well and looks great on the road.|A pleasure to ride with every morning.|Adjusts in seconds and stays put.|Well finished, nothing rattles.|The staff in the store set everything up for me.",
        "Good, but it took a while to adjust.|Nice ride; the manual is thin.|Fine for the city, I would want more for longer tours.",
        "The finish chipped early.|Had to bring it back once for adjustment.",
    ),
    "kitchen": (
        "In use every day and still perfect.|Easy to clean, which is all I ask for.|Feels solid and well balanced in the hand.|Makes cooking a pleasure.|Bought one for my parents, too.",
        "Good, but it shows every fingerprint.|Nice piece; the handle could be longer.|Does what it should, though it is heavier than I thought.",
        "Shows scratches after a few months.|Not as well finished as I expected.",
    ),
    "textile": (
        "Wonderfully soft and cosy.|Got even better after the first wash.|Beautiful quality and a lovely colour.|Looks far more expensive than it was.",
        "Nice, but it needs a few washes to soften.|Good quality; the colour is a little paler than shown.|Lovely to touch, packaging could be smaller.",
        "Lost its shape sooner than expected.|Sheds a lot of lint at first.",
    ),
    "appliance": (
        "Does the job better than the one it replaced.|Easy to use and easy to clean.|Powerful and surprisingly quiet.|Set up in minutes, no complaints.|Our dog's hair no longer stands a chance.",
        "Good, but the manual could be clearer.|Works well; emptying it is a bit fiddly.|Solid, though heavier to move than I thought.",
        "Had to contact support twice.|Louder than I expected.",
    ),
    "audio": (
        "Rich, clear sound with plenty of detail.|Pairs instantly with all my devices.|Set up in a minute and never looked back.|Voices sound natural on calls.|I hear new things in songs I have known for years.",
        "Good sound, the app is so-so.|Nice, though the bass is a bit much for me.|Solid, but the finish scratches easily.",
        "Lost the connection now and then.|The buttons feel cheap.",
    ),
    "wearable": (
        "Accurate, light and easy to read in the sun.|The battery outlasts my patience.|Motivates me to move every day.|Looks smart with a shirt, too.",
        "Good watch, the strap could be softer.|Nice features; took a while to set up.|Fine, but notifications come a little late.",
        "The strap irritated my skin.|The screen scratched within weeks.",
    ),
    "computing": (
        "Fast, quiet and a joy to use.|Great build quality for the money.|Worked out of the box, no fuss.|Exactly as described and delivered early.|Has made working from home so much better.",
        "Good, but fingerprints show.|Does what it should; I miss one more port.|Decent value, packaging could be smaller.",
        "Arrived with a small scratch.|Support took a few days to answer.",
    ),
}


def judged(voice: str, quality: float, rng: Random) -> tuple[float | None, int, tuple[Review, ...]]:
    """Mean rating, number of ratings, and a few reviews whose own mean lies near the rating."""
    if rng.random() < 0.04:
        return None, 0, ()
    rating = round(min(4.9, max(2.6, rng.gauss(4.0 + 0.45 * quality, 0.35))), 1)
    count = max(1, round(rng.lognormvariate(3.6, 1.1)))
    how_many = min(count, rng.randint(0, 6))
    marks = _marks(rating, how_many, rng)
    return rating, count, _reviews(voice, marks, rng)


def _marks(rating: float, how_many: int, rng: Random) -> list[int]:
    """Whole stars with a mean within half a star of `rating`, spread out where there is room."""
    total = round(rating * how_many)
    marks = [total // how_many + (place < total % how_many) for place in range(how_many)]
    for _ in range(how_many // 3):
        up, down = rng.sample(range(how_many), 2)
        if marks[up] < 5 and marks[down] > 2:
            marks[up] += 1
            marks[down] -= 1
    rng.shuffle(marks)
    return marks


def _reviews(voice: str, marks: list[int], rng: Random) -> tuple[Review, ...]:
    moods = [rng.sample(mood.split("|"), len(mood.split("|"))) for mood in VOICES[voice]]
    found = []
    for mark in marks:
        mood = moods[0 if mark >= 4 else 1 if mark == 3 else 2]
        if not mood:
            continue
        author = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)[0]}."
        found.append(Review(rating=mark, text=mood.pop(), author=author))
    return tuple(found)
