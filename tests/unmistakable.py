"""A small instance in which every word of the user's own is unmistakable, and a look for these words in a file.

Every table and every way of naming something is in it. All people are invented.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

TOML = """
schema = 1
name = "Fjordvik kommune hemmelig"
horizon = { start = "2027-03", months = 96 }
rules = { goals = "055", legevakt_shifts = 0 }
objective = { order = ["delay", "wishes", "moves"] }

[[arenas]]
id = "mal-kontor"
name = "Malkontor Vågen"
service = "open_practice"
abstract = true
[[arenas]]
id = "tinghaug"
like = "mal-kontor"
name = "Tinghaug legekontor"
places = [ {places = 2} ]
max_away = 2
[[arenas]]
id = "sjukeheim-ost"
name = "Østre sjukeheim"
service = "institution"
site = "Gamleveien"
goals = "055"
places = [ {places = 1}, {from = "2029-03", places = 2} ]
[[arenas]]
id = "helsestasjon-sor"
service = "other_general"
percent = [ {percent = 300} ]

[[limits]]
id = "tak-gamleveien"
arenas = ["sjukeheim-ost", "helsestasjon-sor"]
percent = [ {percent = 400} ]

[[reservations]]
arena = "helsestasjon-sor"
who = "Turnuslege Bø"
percent = 20

[[rotations]]
id = "dagleg"
name = "Dagleg praksis"
mix = { practice = 100 }
base = true
[[rotations]]
id = "sjukeheim-ost"
name = "Sjukeheimen"
mix = { sjukeheim-ost = 100 }
min_months = 6
[[rotations]]
id = "delt-veke"
mix = { practice = 80, helsestasjon-sor = 20 }
min_months = 6
after = ["sjukeheim-ost"]

[[requirements]]
id = "krav-seng"
rotations = ["sjukeheim-ost"]
min_months = 6.0
candidates = ["kjersti"]

[[groups]]
id = "gruppe-haust"
start = "2027-09"
places = 4

[[supervisors]]
id = "veil-torgeir"
name = "Torgeir Skarvøy"
places = 3

[[candidates]]
id = "kjersti"
name = "Kjersti Øvrebø-Lunde"
start = "2027-03"
practice = "tinghaug"
percent = [ {percent = 100}, {from = "2029-01", to = "2029-12", percent = 80} ]
leave = [ {from = "2028-01", to = "2028-03"} ]
supervisor = "veil-torgeir"
group = "gruppe-haust"
wishes = [ {rotation = "delt-veke", from = "2030-03", to = "2030-08"} ]

[[candidates]]
id = "Åse_Marit"
name = "Åse Marit D'Onofrio"
start = { earliest = "2027-03", latest = "2027-06" }
fixed = [ {rotation = "sjukeheim-ost", from = "2028-09", to = "2029-02"} ]
"""

TREE: dict[str, Any] = tomllib.loads(TOML)
OWN_WORDS = (
    *("Fjordvik kommune hemmelig", "mal-kontor", "Malkontor Vågen", "tinghaug", "Tinghaug legekontor", "sjukeheim-ost"),
    *("Østre sjukeheim", "Gamleveien", "helsestasjon-sor", "tak-gamleveien", "Turnuslege Bø", "dagleg"),
    *("Dagleg praksis", "Sjukeheimen", "delt-veke", "krav-seng", "gruppe-haust", "veil-torgeir", "Torgeir Skarvøy"),
    *("kjersti", "Kjersti Øvrebø-Lunde", "Åse_Marit", "Åse Marit D'Onofrio"),
)
PIECES = sorted({piece for word in OWN_WORDS for piece in re.findall(r"[^\W\d_]{2,}", word)})
"""The single words of these: a first name alone gives somebody away."""


def found_in(text: str) -> list[str]:
    """Whatever of the user's own words stands in a text as a word, in any case."""
    heard = set(re.findall(r"[^\W\d_]+", text.casefold()))
    return [piece for piece in PIECES if piece.casefold() in heard]
