"""Makes up people who were entered more than once, with a seed: people.py PEOPLE RECORDS FILE.csv

Names fall as they do, a few of them on many people; a second record of somebody lacks fields, has letters wrong, another
address, a telephone written otherwise, a first name cut to its initial, or moved. Columns: record, person, name, email,
phone, street, postalCode, city. Equal arguments give equal files.
"""

import csv
import random
import sys
from pathlib import Path

FIRST = """Anna Maria Peter Thomas Michael Andreas Sabine Monika Petra Stefan Christian Martin Julia Laura Lena Lukas
Leon Felix Paul Jonas Emma Hannah Mia Sophie Marie Johanna Katharina Christina Daniel Alexander Sebastian Tobias Florian
Markus Matthias Frank Jürgen Günter Klaus Werner Helga Ursula Ingrid Renate Gisela Brigitte Claudia Susanne Nicole Stefanie
Sandra Melanie Jennifer Jessica James John Robert William David Richard Joseph Charles Christopher Matthew Anthony Mark
Donald Steven Andrew Kenneth Joshua Kevin Brian George Edward Ronald Timothy Jason Jeffrey Ryan Jacob Gary Nicholas Eric
Mary Patricia Linda Elizabeth Barbara Susan Sarah Karen Lisa Nancy Betty Margaret Ashley Kimberly Emily Donna Michelle
Carol Amanda Dorothy Deborah Stephanie Rebecca Sharon Cynthia Kathleen Amy Angela Shirley Brenda Pamela Catherine Yusuf
Mehmet Ayşe Fatma Elif Chloé Amélie René Zoë José Łukasz Agnieszka Małgorzata Søren Bjørn Åsa""".split()
LAST = """Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann Schmid
Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel
Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter
Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte
Dietrich Ziegler Kuhn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer Smith Johnson Williams Brown
Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Taylor Moore Jackson Lee Perez
Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores
Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards
Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard
Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders
Patel Myers Long Ross Foster Jimenez Yılmaz Kaya Demir Öztürk Nowak Kowalski Wiśniewski Dvořák Novák Horváth Nagy Petrov
Ivanova Lindqvist Johansson Ångström Nielsen Østergaard Dubois Lefèvre Moreau Rossi Ferrari Esposito Silva Santos""".split()
CITIES = """Berlin:10 Hamburg:20 München:80 Köln:50 Frankfurt:60 Stuttgart:70 Düsseldorf:40 Leipzig:04 Dortmund:44 Essen:45
Bremen:28 Dresden:01 Hannover:30 Nürnberg:90 Duisburg:47 Bochum:44 Wuppertal:42 Bielefeld:33 Bonn:53 Münster:48 Mannheim:68
Karlsruhe:76 Augsburg:86 Wiesbaden:65 Kiel:24 Rostock:18 Erfurt:99 Mainz:55 Kassel:34 Trier:54""".split()
STREETS = "Hauptstraße Bahnhofstraße Schulstraße Gartenstraße Dorfstraße Bergstraße Birkenweg Lindenweg Kirchweg Waldweg".split()
MAIL = "gmail.com gmx.de web.de t-online.de outlook.com yahoo.de posteo.de mailbox.org icloud.com freenet.de".split()
FOLDED = str.maketrans(
    {
        **dict(zip("äöüÄÖÜß", ["ae", "oe", "ue", "Ae", "Oe", "Ue", "ss"])),
        **dict(zip("éèëşıçłøØåÅőřáśńź", "eeesiclooaaorasnz")),
    }
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def drawn(chance, all_of_them):
    """One of a list whose first are the most frequent, as names are."""
    return all_of_them[min(len(all_of_them) - 1, int(len(all_of_them) * chance.random() ** 1.6))]


def person(chance, number, taken):
    first, last = drawn(chance, FIRST), drawn(chance, LAST)
    second = f"-{drawn(chance, LAST)}" if chance.random() < 0.04 else ""
    city, code = drawn(chance, CITIES).split(":")
    plain = f"{first}.{last}".translate(FOLDED).lower()
    local = chance.choice([plain, plain[0] + plain.split(".")[1], plain.replace(".", ""), plain])
    if chance.random() < 0.6:
        local += str(chance.randrange(1, 100))
    email = f"{local}@{drawn(chance, MAIL)}"
    # Nobody gets an address that somebody else has.
    while email in taken:
        email = f"{local}{chance.randrange(100, 10_000)}@{drawn(chance, MAIL)}"
    taken.add(email)
    return {
        "person": number,
        "name": f"{first} {last}{second}",
        "email": email,
        "phone": f"+49 {chance.randrange(150, 180)} {chance.randrange(1_000_000, 99_999_999)}",
        "street": f"{drawn(chance, STREETS)} {chance.randrange(1, 160)}",
        "postalCode": f"{code}{chance.randrange(100, 400)}",
        "city": city,
    }


def typo(chance, text):
    place = chance.randrange(1, max(2, len(text) - 1))
    letter = chance.choice("0123456789" if text[min(place, len(text) - 1)].isdigit() else LETTERS)
    return chance.choice(
        [
            text[:place] + text[place + 1 :],
            text[:place] + letter + text[place:],
            text[:place] + letter + text[place + 1 :],
            text[: place - 1] + text[place : place + 1] + text[place - 1 : place] + text[place + 1 :],
        ]
    )


def entered_again(chance, one, taken):
    """What becomes of somebody who is entered a second time."""
    again = dict(one)
    first, _, last = one["name"].partition(" ")
    turn = chance.random()
    if turn < 0.28:
        again["name"] = typo(chance, one["name"])
    elif turn < 0.34:
        again["name"] = f"{last}, {first}"
    elif turn < 0.40:
        again["name"] = f"{first[0]}. {last}"
    elif turn < 0.52:
        again["name"] = one["name"].translate(FOLDED)
    turn = chance.random()
    if turn < 0.25:
        again["email"] = ""
    elif turn < 0.33:
        again["email"] = typo(chance, one["email"])
    elif turn < 0.43:
        again["email"] = one["email"].split("@")[0] + "@" + drawn(chance, MAIL)
    elif turn < 0.48:
        again["email"] = f"{last.split('-')[0].translate(FOLDED).lower()}{chance.randrange(1000)}@{drawn(chance, MAIL)}"
    turn = chance.random()
    if turn < 0.25:
        again["phone"] = ""
    elif turn < 0.31:
        again["phone"] = typo(chance, one["phone"])
    elif turn < 0.39:
        again["phone"] = f"+49 {chance.randrange(150, 180)} {chance.randrange(1_000_000, 99_999_999)}"
    elif turn < 0.70:
        again["phone"] = "0" + one["phone"].removeprefix("+49 ").replace(" ", chance.choice(["/", "-", " "]))
    turn = chance.random()
    if turn < 0.15:
        again["street"] = again["postalCode"] = ""
    elif turn < 0.22:
        elsewhere = person(chance, 0, taken)
        again.update({name: elsewhere[name] for name in ("street", "postalCode", "city")})
    elif turn < 0.32:
        again["street"] = one["street"].replace("straße", "str.")
    elif turn < 0.40:
        again["postalCode"] = typo(chance, one["postalCode"])
    return again


def records(people, count, seed=20_261_122):
    chance = random.Random(seed)
    taken = set()
    everybody = [person(chance, number, taken) for number in range(people)]
    again = [entered_again(chance, chance.choice(everybody), taken) for _ in range(count - people)]
    both = everybody + again
    chance.shuffle(both)
    return [{"record": number + 1, **one} for number, one in enumerate(both)]


def main():
    people, count, target = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    rows = records(people, count)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} records of {len({row['person'] for row in rows})} people")


if __name__ == "__main__":
    main()
