"""Do the fuzzer's mutations, seeded and few, still meet a sentence or a report, and nothing else?"""

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from fuzz_report import PARTS, Player, mutated

ROUNDS = 150


@pytest.fixture(scope="module")
def player() -> Player:
    return Player()


def test_the_sound_inputs_open(player: Player) -> None:
    assert [player.play(seed) for seed in player.seeds()] == [True] * len(PARTS)


@pytest.mark.parametrize("part", range(len(PARTS)))
def test_mutations_of_each_part(player: Player, part: int) -> None:
    rng = random.Random(part)  # the same ones each time
    data, opened = player.seeds()[part], 0
    for n in range(ROUNDS):
        worse = mutated(data, rng)
        opened += player.play(worse)
        data = worse if n % 6 else player.seeds()[part]
    assert opened > 0
