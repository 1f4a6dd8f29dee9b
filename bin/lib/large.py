"""Makes up a large company with a seed: large.py FOLDER [--customers N] [--lines N] [--interactions N]

Writes customers.csv, purchases.csv and interactions.csv. Nobody in them exists: names are put together from words for landscapes,
materials and trades, with a number at the end. Orders fall on days of 2023 to 2026; few customers buy much.
"""

import argparse
import csv
import random
from datetime import date, timedelta
from pathlib import Path

FIRST = """Amber Ash Birch Blue Bright Brook Cedar Clear Cliff Copper Coral Crown Dale Dawn Deep East Elm Fair Falcon Fern
Field Flint Ford Forest Frost Glen Gold Grand Green Grove Harbour Hazel Heath High Hill Iron Ivory Ivy Kestrel Lake
Larch Lime Linden Long Maple Marble Meadow Mill Moor Müller North Oak Olive Orchard Park Pearl Pine Plain Quarry Red
River Rock Rowan Sand Shore Silver Slate Smith South Spring Spruce Star Stone Summit Tide Timber Vale Violet Walnut
Water West White Wild Willow Wind Winter Wood Yew""".split()
SECOND = """Bakery Bearings Bikes Boats Books Brewery Bricks Cables Carpets Castings Ceramics Chemicals Clinic Clocks
Coatings Coffee Components Concrete Dairy Design Doors Drinks Electric Engineering Fabrics Farm Fittings Floors Foods
Forge Foundry Freight Furniture Garage Gardens Gears Glass Grain Hardware Hotel Instruments Interiors Kitchens
Laboratory Lamps Leather Lenses Lifts Linen Logistics Machines Markets Metals Mills Motors Music Optics Packaging
Paints Paper Pharmacy Pipes Plastics Press Printing Pumps Roofing School Seeds Ships Shoes Signs Springs Steel Storage
Studio Systems Tables Textiles Theatre Tiles Tools Toys Trading Transport Travel Tyres Valves Vehicles Wheels Windows
Workshop Yarns""".split()
FORMS = "GmbH AG Ltd BV SARL SA Oy AB SpA KG".split()
CITIES = "Berlin Hamburg Leipzig Wien Zürich Lyon Lille Gent Utrecht Malmö Turku Porto Torino Brno Gdynia Graz".split()


def customers(folder, chance, count):
    with open(folder / "customers.csv", "w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(["customer", "name", "kind", "email", "city"])
        for number in range(1, count + 1):
            words = f"{chance.choice(FIRST)} {chance.choice(SECOND)}"
            person = number % 5 == 0
            name = f"{words} {number:06d}" if person else f"{words} {number:06d} {chance.choice(FORMS)}"
            kind = "person" if person else "organisation"
            table.writerow([f"C{number:06d}", name, kind, f"office@c{number:06d}.example", chance.choice(CITIES)])


def purchases(folder, chance, count, lines):
    start, days = date(2023, 1, 1), 1_420
    with open(folder / "purchases.csv", "w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(["order", "customer", "date", "product", "quantity", "amount"])
        order = written = 0
        while written < lines:
            order += 1
            # The cube of an even draw: a fifth of the customers place more than half of the orders.
            buyer = 1 + int(chance.random() ** 3 * count)
            day = start + timedelta(chance.randrange(days))
            for _ in range(min(1 + int(chance.expovariate(0.5)), 12, lines - written)):
                pieces = chance.randint(1, 20)
                amount = f"{pieces * chance.uniform(2, 180):.2f}"
                product = f"P{chance.randint(1, 3_000):04d}"
                table.writerow([f"O{order:07d}", f"C{buyer:06d}", day.isoformat(), product, pieces, amount])
                written += 1


SUBJECTS = """Prices for spring. Delivery of the last order. A part that came broken. New site in the north. Terms of
payment. Samples of the new line. An offer that is wanted. Opening hours in summer. Who signs from now on. A date for
a visit. Complaint about packing. Thanks for the quick help.""".replace("\n", " ").split(". ")
WORDS = """They asked for it by the end of the month and want to hear from us before that. The last offer was near, the
freight decides. The colleague from purchasing reads along and has the last word about larger orders. Nothing is urgent,
but the store is half empty and the season begins early this year. What we sent was looked at and liked.""".split()


def interactions(folder, chance, customers, count):
    start, days = date(2023, 1, 1), 1_420
    kinds = ["call"] * 4 + ["email"] * 5 + ["meeting", "visit", "note", "note"]
    with open(folder / "interactions.csv", "w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(["customer", "date", "kind", "direction", "minutes", "subject", "text", "external id"])
        for number in range(1, count + 1):
            who = 1 + int(chance.random() ** 2 * customers)
            kind = chance.choice(kinds)
            day = start + timedelta(chance.randrange(days))
            direction = "" if kind == "note" else chance.choice(["in", "out"])
            minutes = chance.randint(1, 60) if kind in ("call", "meeting", "visit") else ""
            first = chance.randrange(len(WORDS) - 12)
            text = " ".join(WORDS[first : first + chance.randint(4, 24)])
            row = [f"C{who:06d}", day.isoformat(), kind, direction, minutes, chance.choice(SUBJECTS), text]
            table.writerow([*row, f"I{number:07d}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--interactions", type=int, default=300_000)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(20_261_122)
    customers(options.folder, chance, options.customers)
    purchases(options.folder, chance, options.customers, options.lines)
    interactions(options.folder, chance, options.customers, options.interactions)


if __name__ == "__main__":
    main()
