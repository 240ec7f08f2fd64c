"""What a visitor does: say who they are, rank visits, submit, and see their week."""

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from opendeur import auth, db, jobs
from opendeur.domain import directory, mail, offers, placements, preferences
from opendeur.domain.preferences import Introduction, Ranking
from opendeur.errors import OpendeurError
from opendeur.forms.base import EmptyForm
from opendeur.forms.visitor import (
    NOT_LISTED,
    SELF_EMPLOYED,
    IntroductionForm,
    RankForm,
    numbers_in,
)
from opendeur.i18n import language, translate
from opendeur.models import Visit, Visitor
from opendeur.security import own_path
from opendeur.views.errors import status_of

blueprint = Blueprint("visitor", __name__)


def me() -> Visitor:
    """Return the visitor who asks; 404 for anybody else."""
    return auth.roles().visitor or abort(404)


def may_change() -> bool:
    """Tell whether preferences can be given now."""
    return bool(g.edition.takes_preferences(auth.now()))


def ranking_now() -> Ranking:
    """Return the list as it counts now."""
    return preferences.ranking_of(db.session(), me())


def tell_dropped(ranking: Ranking) -> None:
    """Say which visits could not stay in the list."""
    for visit in ranking.dropped:
        flash(
            _(
                "%(host)s can no longer be chosen and left your list. The others moved up.",
                host=visit.host.organisation.name,
            ),
            "warn",
        )


def placed(ranking: Ranking, visit: Visit) -> str:
    """Say where a visit stands now."""
    host, rank = visit.host.organisation.name, ranking.rank_of(visit)
    if rank is None:
        return str(_("%(host)s is no longer in your list.", host=host))
    return str(_("%(host)s is now number %(rank)s in your list.", host=host, rank=rank))


def way_back() -> str | None:
    """Return the path on this site that the person came from, if the form or link has it."""
    target = own_path(request.form.get("back") or request.args.get("next", ""))
    return None if target == "/" else target


@blueprint.route("/register", methods=["GET", "POST"])
@auth.signed_in
def register() -> ResponseReturnValue:
    """Say who one is, for the first time or again; then go back to where one came from."""
    account, visitor = auth.require_account(), auth.roles().visitor
    if visitor is not None and request.method == "GET" and "choose" in request.args:
        return redirect(way_back() or url_for(".preferences"), code=303)  # is known already
    form = IntroductionForm(data=_introduced(visitor))
    form.offer(
        [
            (str(organisation.id), organisation.name)
            for organisation in preferences.listed_organisations(db.session())
        ],
        [(s.code, s.name(language())) for s in directory.sectors(db.session())],
    )
    status = 200
    if form.validate_on_submit():
        try:
            visitor = preferences.introduce(
                db.session(), g.edition, account, _introduction(form), now=auth.now()
            )
        except OpendeurError as error:
            form.attach(error)
            status = status_of(error)
        else:
            flash(_("Saved. Thank you, %(name)s.", name=account.given_name))
            _choose_what_led_here(visitor)
            db.session().commit()
            return redirect(way_back() or url_for(".preferences"), code=303)
    page = render_template(
        "visitor/register.html", form=form, visitor=visitor, is_open=may_change()
    )
    return page, status


def _choose_what_led_here(visitor: Visitor) -> None:
    """Put the visit in the list whose button led to this form, so that one press is enough."""
    numbers = numbers_in(request.args.get("choose", ""))
    visit = offers.find_in_programme(db.session(), g.edition, numbers[0]) if numbers else None
    if visit is None:
        return
    try:
        ranking = preferences.add(db.session(), visitor, visit, now=auth.now())
    except OpendeurError as error:
        flash(translate(error), "warn")
    else:
        flash(placed(ranking, visit))


def _introduced(visitor: Visitor | None) -> dict[str, object]:
    account = auth.require_account()
    known: dict[str, object] = {
        "given_name": account.given_name,
        "family_name": account.family_name,
    }
    # Whoever came to an earlier week need not say it all again.
    said = visitor or preferences.last_introduction(db.session(), account)
    if said is None:
        return {**known, "languages": [account.language.value]}
    return {
        **known,
        "organisation": str(said.organisation_id or SELF_EMPLOYED),
        "languages": sorted(said.languages),
        "sectors": [sector.code for sector in said.sectors],
        "seats": visitor.seats if visitor else 1,
    }


def _introduction(form: IntroductionForm) -> Introduction:
    is_named = form.organisation.data in ("", NOT_LISTED, None)
    return Introduction(
        given_name=form.given_name.data,
        family_name=form.family_name.data,
        organisation_id=form.organisation_id,
        organisation_name=form.organisation_name.data if is_named else "",
        languages=frozenset(form.languages.data),
        sectors=frozenset(form.sectors.data),
        seats=form.seats.data,
    )


@blueprint.route("/check")
@auth.visitor
def check() -> ResponseReturnValue:
    """Show everything that will be submitted."""
    return _check_page()


@blueprint.route("/submit", methods=["POST"])
@auth.visitor
def submit() -> ResponseReturnValue:
    """Submit the list that was shown, and mail a receipt."""
    visitor = me()
    try:
        ranking = preferences.submit(
            db.session(), visitor, shown=RankForm().shown_ids, now=auth.now()
        )
    except OpendeurError as error:
        return _check_page(error)
    mail.queue_receipt(db.session(), visitor, settings=auth.settings(), now=auth.now())
    db.session().commit()
    jobs.of_app().wake_messages()
    tell_dropped(ranking)
    return redirect(url_for(".submitted"), code=303)


@blueprint.route("/submitted")
@auth.visitor
def submitted() -> ResponseReturnValue:
    """Confirm what was submitted, and say what happens next."""
    if me().submitted_at is None:
        return redirect(url_for(".preferences"), code=303)
    return render_template("visitor/submitted.html", visitor=me(), ranking=ranking_now())


@blueprint.route("/week")
@auth.visitor
def week() -> ResponseReturnValue:
    """Show the visits somebody has, and what they did not get."""
    if not g.edition.shows_results:
        abort(404)
    return render_template(
        "visitor/week.html",
        visitor=me(),
        week=placements.week_of(db.session(), me()),
        most_visits=preferences.most_visits(me()),
    )


def _check_page(error: OpendeurError | None = None) -> ResponseReturnValue:
    form = EmptyForm()
    if error:
        form.attach(error)
    page = render_template(
        "visitor/check.html",
        form=form,
        visitor=me(),
        ranking=ranking_now(),
        most_visits=preferences.most_visits(me()),
        is_open=may_change(),
    )
    return page, status_of(error) if error else 200
