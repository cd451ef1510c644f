"""Few-shot examples of questions about the shop's rules, by topic; `examples` holds all others.

A label is "policy/WORDS OF ITS TITLE | WORDS OF WHAT ANSWERS": the first find the policy, the second stand beside the question
when its sentences are compared, so that "when do i get my money" finds the sentence on refunds in any shop's wording.
"""

from __future__ import annotations

POLICY_EXAMPLES: dict[str, tuple[str, ...]] = {
    "policy/returns refunds exchanges | return window: return any item within days of delivery": (
        "how do returns work",
        "what is your return policy",
        "tell me about returns",
        "i opened the earphones but don't like them, can they go back",
        "how many days do i have to send something back",
        "what if i don't like it once it arrives",
        "what happens if it does not fit and i want my money back",
        "if it doesn't fit can i bring it back",
        "i changed my mind about what i bought",
        "can i give back a present i got",
        "is there a deadline for giving things back",
        "how long is the return period",
    ),
    "policy/returns refunds exchanges | unused original packaging complete": (
        "can i return something i already used",
        "even if i opened the box",
        "i threw the box away, can i still return it",
    ),
    "policy/returns refunds exchanges | how to return: label is free, bring it to a store": (
        "can i hand it back in one of your shops",
        "who pays for sending it back",
        "do i pay the postage when i return something",
        "who covers postage when something goes back to you",
        "do i need the receipt to give it back",
        "where do i drop off the parcel i return",
    ),
    "policy/returns refunds exchanges | refunds: within business days to the payment method": (
        "when will the money be on my account after a return",
        "when do i get my money",
        "how long until i am paid back",
        "do i get cash back or store credit",
    ),
    "policy/returns refunds exchanges | exchanges for another size or colour": (
        "can i swap it for another size if it is too small",
        "can i trade it for a different colour",
    ),
    "policy/returns refunds exchanges | what cannot be returned: underwear, earbuds": (
        "is there anything i can't send back",
        "can i return underwear",
    ),
    "policy/returns refunds exchanges | cancelling or changing an order": (
        "until when can i cancel",
        "is it possible to change an order after i placed it",
    ),
    "policy/shipping delivery | where we ship: states, abroad": (
        "i live in toronto, can you get it up here",
        "what about alaska",
        "do you send to other countries",
        "do you send things to germany too",
        "can you ship to canada",
        "do you deliver to a post box",
        "is hawaii included",
        "do you ship overseas",
    ),
    "policy/shipping delivery | costs, free shipping for orders from": (
        "what are your shipping costs",
        "tell me about shipping",
        "shipping policy",
        "is delivery free of charge",
        "how much do you charge for postage",
        "is it free over some amount",
        "how much more do i have to buy to get free delivery",
        "what does sending cost",
    ),
    "policy/shipping delivery | bulky items such as bikes, grills and kayaks cost to ship": (
        "what does it cost to have something big sent to my door",
        "how much is it to have a kayak brought to my house",
    ),
    "policy/shipping delivery | delivery times, business days": (
        "how long until an order reaches me",
        "how many days does it take to my house",
        "will it get here before the weekend if i order now",
        "is there a faster way to get it",
        "do you deliver on saturdays",
        "if i order by noon does it leave today",
    ),
    "policy/shipping delivery | lost or damaged parcels: late, replace it or refund it": (
        "if it gets lost on the way, what then",
        "what if the parcel never shows up",
        "my parcel arrived crushed last time, what do you do in that case",
        "what happens when the box is damaged",
    ),
    "policy/warranty | how long it lasts": (
        "what is the warranty",
        "tell me about your warranty",
        "am i covered if it stops working next year",
        "how long is the guarantee on your things",
    ),
    "policy/warranty | what it covers: faults, repair, replace or refund": (
        "what if it breaks after a few months",
        "does anything protect me if it is faulty",
        "the zip broke after a month, who pays for that",
        "what i ordered is broken and i write for the third time",
        "the thing i bought from you is defective",
    ),
    "policy/price match | other shops: cheaper at another retailer": (
        "how does price match work",
        "i found it for less somewhere else, will you match that",
        "another site sells the same thing cheaper, can you do something",
        "do you beat other shops' prices",
        "the same one is twenty dollars less at another store",
    ),
    "policy/price match | our own sales: we lower our price, refund the difference": (
        "the price went down after i bought it",
        "it is on sale now and i paid the full price last week",
    ),
    "policy/payment | what we accept: cards, paypal": (
        "payment methods",
        "how can i pay",
        "do you take amex or only visa",
        "can i pay with apple pay or in instalments",
        "which cards do you take",
        "can i pay cash in the store",
        "how do i pay",
        "can i pay later",
    ),
    "policy/payment | when we charge": (
        "when does the money leave my account",
        "when do you charge my card",
        "at what point am i billed",
    ),
    "policy/payment | security: card number": (
        "is it safe to pay here",
        "shall i give you my card number",
    ),
    "policy/payment | taxes and invoices: sales tax, invoice is attached": (
        "are the prices you show with tax",
        "do you add tax on top",
        "i need an invoice for my company",
        "where do i get a bill for my taxes",
        "can i have a receipt for the office",
    ),
    "policy/loyalty programme points | points earned, reward, membership is free": (
        "how does the loyalty programme work",
        "do regular customers get anything",
        "how do i join your club",
        "how does your loyalty programme work",
        "what are the perks for members",
        "how many points do i get",
        "what is a point worth",
    ),
    "policy/loyalty programme points | points expire": (
        "do my bonus points expire",
        "do they run out",
    ),
    "policy/privacy data | what we keep, the assistant": (
        "what is your privacy policy",
        "what do you do with my personal data",
        "do you pass my address on to others",
        "what happens with what i type here",
        "do you keep my chats",
        "who reads the things i write to you",
    ),
    "policy/privacy data | your rights: copy of your data or its deletion": (
        "can you delete everything you know about me",
        "how do i get my data erased",
        "send me a copy of what you have stored on me",
    ),
    "policy/gift cards vouchers | using online and in stores": (
        "how do gift cards work",
        "can i use a gift voucher online",
        "someone gave me a card from your shop, where can i use it",
        "what is left on my gift card",
    ),
    "policy/gift cards vouchers | validity: never expire": (
        "my voucher is two years old, is it still good",
        "how long is a gift card valid",
    ),
    "policy/gift cards vouchers | buying any amount": (
        "can i buy a gift certificate for a friend",
        "do you sell gift cards",
        "what amounts do your gift cards come in",
    ),
    "policy/gift cards vouchers | lost cards": ("i lost my gift card",),
    "policy/click and collect store services | click and collect: reserve online and collect in a store": (
        "how does click and collect work",
        "can i order online and pick it up in a shop",
        "could i order here and grab it at the store",
        "can you set it aside for me",
    ),
    "policy/click and collect store services | we hold them for days; bring your order number and a photo ID": (
        "what do i need to bring to collect my order",
        "what papers do i have to show when i pick it up",
        "how long do you keep my order at the shop",
    ),
    "policy/click and collect store services | ship to store: can be sent there": (
        "can you deliver it to one of your shops and not to my home",
        "could it be sent to the store so i fetch it there",
    ),
    "policy/click and collect store services | in the store: fit boots, assemble bikes, dogs, access": (
        "can my dog come into the store",
        "do you fit boots in the store",
        "do you put the bike together for me",
        "will someone assemble it",
        "can i get in with a wheelchair",
    ),
    "policy/repairs | what we repair": (
        "do you mend broken gear",
        "do you patch tents",
        "can you fix the zip of my jacket",
    ),
    "policy/repairs | prices: zip repairs, tune-up costs": (
        "how much is a repair",
        "what do you charge for fixing a zip",
    ),
    "policy/repairs | how long, business days": (
        "how long does a repair take",
        "when will my repaired jacket be back",
    ),
    "policy/sizing help | clothing: chest, bust, between two sizes": (
        "how do i know which size fits me",
        "i am between two sizes",
        "i'm between s and m, which one should i get",
        "my chest measures 40 inches, what size is that",
    ),
    "policy/sizing help | shoes: european, us size": (
        "what is my size in american sizes",
        "what is 41 in us sizes",
        "do your shoes run small",
        "how do i measure my foot",
    ),
    "policy/sustainability | trade-in: bring back, percent of the original price as a gift card": (
        "do you take back old gear and give me something for it",
        "do i get money for my used jacket",
        "would you take back the boots i no longer wear",
        "do you sell used things",
    ),
    "policy/sustainability | recycling: batteries, electronics handed in": (
        "can i leave my old batteries with you",
        "do you take back old gear for recycling",
        "where do i throw away an empty gas canister",
    ),
    "policy/sustainability | packaging, repair first": (
        "are your products made responsibly",
        "is your packaging plastic free",
    ),
    "policy/wrapping wrapped | gift wrap": (
        "do you wrap presents",
        "can you put a card with it, it is a gift",
        "can it be gift wrapped",
    ),
}
