from django.urls import reverse
from moei.desks.returns.actions.hold_seat import hold_seat
def test_lo(sign_in, ploy, fly, ways, acting):
    j=fly(); hold_seat(acting(ploy), j, ways.ready())
    p=sign_in(ploy)
    for n in ("manifest_sheet","manifest_paper","cards"):
        open(f"/tmp/returns_lo/{n}."+("xlsx" if "sheet" in n else "pdf"),"wb").write(p.get(reverse(f"returns:{n}",args=[j.pk])).content)
