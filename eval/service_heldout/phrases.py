"""How the second scripted customer says things: at least six ways for each fact and each answer. Pure.

Kept apart from the first customer's words and from the rules' examples: neither is to be fitted to the other.
Above: `service_heldout_customer`. Below: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Bank = tuple[str, ...]

HELLO: Final[Bank] = (
    "hi",
    "hello there",
    "good evening",
    "hey",
    "morning!",
    "hi, need a hand with something",
    "greetings",
)
NEEDS: Final[Bank] = (
    "I've got something to sort out with an order",
    "could you help me with a purchase of mine?",
    "need help with something I bought",
    "there's an order of mine I'd like to talk about",
    "I have a request about an order",
    "got a problem with one of my orders",
)
EMAIL: Final[Bank] = (
    "my email is {email}",
    "{email}",
    "it's {email}",
    "email: {email}",
    "you should find me under {email}",
    "the account runs on {email}",
    "{name} here, {email}",
    "look me up by {email} please",
)
NAME_ZIP: Final[Bank] = (
    "{name}, {zip}",
    "my name is {name} and my zip code is {zip}",
    "{name}, zip {zip}",
    "I'm {name}, zip code {zip}",
    "name: {name}. zip: {zip}",
    "this is {name}. postal code's {zip}",
    "I don't know which email I used. {name}, {zip}",
    "don't have the email at hand - I'm {name} and the zip is {zip}",
)
ORDER: Final[Bank] = (
    "{order}",
    "order {order}",
    "it's {order}",
    "the number is {order}",
    "that would be {order}",
    "{order} is the one",
    "I mean {order}",
)
REASONS: Final[Mapping[str, Bank]] = {
    "no longer needed": (
        "I don't need it anymore",
        "no longer needed",
        "it's not needed any more",
        "I have no use for it now",
        "we don't need this any longer",
        "turns out I don't need it after all",
        "I no longer need it",
    ),
    "ordered by mistake": (
        "I ordered it by mistake",
        "ordered by accident",
        "that was a mistake",
        "it was ordered by mistake",
        "I clicked the wrong thing, it was an accident",
        "didn't mean to order that",
        "I placed it accidentally",
    ),
}
CANCEL: Final[Bank] = (
    "I want to cancel order {order}",
    "please cancel {order}",
    "can you call off my order {order}?",
    "cancel {order} for me",
    "{order} has to be cancelled",
    "I'd like {order} to be cancelled please",
    "is it still possible to cancel {order}? if so do it",
)
CANCEL_UNNUMBERED: Final[Bank] = (
    "I want to cancel an order",
    "please cancel my order",
    "there's an order I'd like to call off",
    "need to cancel something I ordered",
    "can I cancel an order of mine?",
    "cancel order",
)
RETURN: Final[Bank] = (
    "I'd like to return {items} from order {order}",
    "I want to send back {items}, order {order}",
    "return {items} of {order} please",
    "{items} in {order} should go back",
    "how do I give back {items}? it's order {order}",
    "please set up a return for {items} ({order})",
    "from {order} I am returning {items}",
)
RETURN_UNNUMBERED: Final[Bank] = (
    "I'd like to return {items}",
    "want to send {items} back",
    "{items} should go back",
    "can you arrange a return for {items} that I received?",
    "I bought {items} and want to return what I bought",
    "return: {items}",
)
SWAP: Final[Bank] = (
    "in order {order}, {wishes}",
    "{order}: {wishes}",
    "I want something changed in {order}: {wishes}",
    "about {order}. {wishes}",
    "{wishes}. That's order {order}",
    "for my order {order} - {wishes}",
    "could you please do this for {order}: {wishes}",
)
SWAP_UNNUMBERED: Final[Bank] = (
    "{wishes}",
    "I have this request: {wishes}",
    "could you do this please: {wishes}",
    "for something I ordered: {wishes}",
    "what I'd like: {wishes}",
    "here's what I need. {wishes}",
)
WISH: Final[Mapping[str, Bank]] = {
    "exchange": (
        "exchange the {name} for one {new}",
        "I'd like to swap the {name} for {new}",
        "the {name} I got ({old}), I want it {new} instead",
        "exchange my {name}, {new} this time",
        "trade the {old} {name} for {new}",
        "I want to exchange the {name}: {new}",
        "swap {name} from {old} to {new}",
    ),
    "modify": (
        "change the {name} to {new}",
        "the {name} should be {new}",
        "make the {name} {new} instead of {old}",
        "I want to switch the {name} to {new}",
        "modify the {name}: {new}",
        "{name} from {old} to {new}",
        "instead of {old} I'd rather have the {name} {new}",
    ),
}
ADDRESS: Final[Bank] = (
    "send {order} to {address}",
    "I need the shipping address of {order} changed to {address}",
    "please change where {order} is delivered: {address}",
    "{order} should go to another address: {address}",
    "update the delivery address on {order}, new one is {address}",
    "can {order} be shipped to {address} instead?",
)
ADDRESS_ALONE: Final[Bank] = (
    "{address}",
    "it's {address}",
    "the new address is {address}",
    "ship to {address}",
    "{address}, please",
    "to {address}",
)
PAYMENT: Final[Bank] = (
    "I want to pay order {order} with my {method} instead",
    "change the payment for {order} to {method}",
    "please switch the payment method of {order} to my {method}",
    "{order} should be charged to my {method}",
    "for {order}, use {method} as payment method",
    "can you move the payment of {order} over to my {method}?",
)
METHOD_REFUND: Final[Bank] = (
    "refund to my {method} please",
    "put the money back on my {method}",
    "my {method}",
    "I'd like the refund on {method}",
    "{method}",
    "the money should go to my {method}",
    "use {method} for the refund",
)
METHOD_DIFFERENCE: Final[Bank] = (
    "use my {method} for the difference",
    "any difference goes on my {method}",
    "my {method}",
    "pay or refund by {method}",
    "{method}",
    "settle it with my {method}",
    "take {method} for that",
)
YES: Final[Bank] = (
    "yes",
    "Yes, go ahead",
    "yep, that's right",
    "correct, please do it",
    "ok do it",
    "that's fine, go on",
    "yes please",
    "confirmed",
    "looks good, proceed",
    "right, do that",
)
NO_BUT: Final[Bank] = (
    "no, {fix}",
    "that's not right: {fix}",
    "not quite. {fix}",
    "wait, no. {fix}",
    "nope, {fix}",
    "hm no, {fix}",
)
DECLINES: Final[Bank] = ("no", "no, don't", "hmm, rather not", "no, leave it", "stop, no", "actually no")
AFTER_ALL: Final[Bank] = (
    "I changed my mind, do it after all. {goal}",
    "ok thought about it again, I do want it: {goal}",
    "sorry, forget the no. {goal}",
    "on second thought yes, I want this: {goal}",
    "well, please do it anyway: {goal}",
    "hm, I do need it. {goal}",
)
OTHER_ORDER: Final[Bank] = (
    "no, the other one, {order}",
    "not that order, the other one: {order}",
    "wrong order, I mean {order}",
    "the other order please, {order}",
    "no. {order}",
    "that isn't it, I'm talking about {order}",
)
NEXT: Final[Bank] = (
    "next: {goal}",
    "also, {goal}",
    "and another thing: {goal}",
    "there is more. {goal}",
    "one more thing. {goal}",
    "then the other one: {goal}",
)
THANKS: Final[Bank] = (
    "thanks, that's all",
    "bye",
    "ok thank you",
    "great, that was it",
    "nothing else, thanks",
    "cheers",
)
NOT_A_PERSON: Final[Bank] = (
    "no need for a colleague. {goal}",
    "no, I'd like you to do it. {goal}",
    "let me say it again: {goal}",
    "once more: {goal}",
    "I'd rather sort it out here: {goal}",
    "no thanks. {goal}",
)
QUESTIONS: Final[Bank] = (
    "how long does a refund take?",
    "are you a robot?",
    "quick question first: when will I get an email about it?",
    "is there a fee for this?",
    "what are your return rules actually?",
    "can this be undone afterwards?",
    "do you have a phone number?",
)
SWITCHING: Final[Bank] = ("sorry, I mean ", "no wait, ", "I meant ", "scratch that, ", "oops, rather ", "correction: ")
PREFIXES: Final[Mapping[str, Bank]] = {
    "polite": (
        "Hello, if it's no trouble: ",
        "Would you be so kind? ",
        "Please, ",
        "I'd be grateful for your help. ",
        "",
        "",
    ),
    "grumpy": ("Look, ", "This is annoying. ", "I haven't got all day. ", "Finally someone answers. ", "", ""),
    "rambling": (
        "So my sister visited last week and we got talking, anyway, ",
        "It has been quite a month over here, what with the move and all. ",
        "I was just telling my husband about this. ",
        "You won't believe the day I've had. ",
        "Not sure where to begin. ",
        "",
    ),
    "terse": ("",),
    "plain": ("",),
}
SUFFIXES: Final[Mapping[str, Bank]] = {
    "polite": (" Thank you so much.", " Many thanks!", " please", "", ""),
    "grumpy": (" And quickly.", " It's about time.", "", "", ""),
    "rambling": (" Anyway, that's the story.", " Hope that makes sense!", " I think that is everything, isn't it.", ""),
    "terse": ("",),
    "plain": ("",),
}
