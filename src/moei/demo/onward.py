"""The play goes on: from the seventh day to the last departure, desk by desk, each with its own module."""

from __future__ import annotations

from moei.demo.collecting import take_in_evidence
from moei.demo.intervening import play_interventions
from moei.demo.investigating import play_statements
from moei.demo.missions import play_missions
from moei.demo.play import Play
from moei.demo.referring import play_referrals
from moei.demo.returning import play_returns
from moei.demo.rights import settle_rights
from moei.demo.second_wave import hear_the_others
from moei.demo.sheltering import play_later_nights


def play_onward(play: Play) -> None:
    """Days 7 to 44. What happens to somebody is played in the order in which it happens to them."""
    hear_the_others(play)
    settle_rights(play)
    play_later_nights(play)
    play_referrals(play)
    play_statements(play)
    play_interventions(play)
    take_in_evidence(play)
    play_missions(play)
    play_returns(play)
