from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, delete, event, func, select, update
from sqlalchemy.orm import Session

from app.audit.models import LogEntry, LogHead
from app.calendars.models import CalendarDay
from app.calendars.operations import Importer, import_notice, seed
from app.calendars.queries import current_calendar, day_facts, forget
from app.db import Model
from app.errors import Conflict
from app.law.calendar import seeded
from app.law.holidays import Holiday, Notice, published

AT = datetime(2026, 11, 22, 9, 20, tzinfo=UTC)
REST = Holiday("元旦", date(2026, 12, 31), date(2027, 1, 3), (date(2027, 1, 9),))
OF_2027 = Notice(2027, "测试〔2026〕1号", date(2026, 11, 5), "测试", (REST,))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path}/calendar.db")
    tables = [kind.__table__ for kind in (CalendarDay, LogEntry, LogHead)]
    Model.metadata.create_all(engine, tables)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture
def selects(engine: Engine) -> list[str]:
    seen: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _note(_c: object, _cursor: object, sql: str, *_rest: object) -> None:
        if sql.startswith("SELECT"):
            seen.append(sql)

    return seen


def revision(*holidays: Holiday) -> Notice:
    whole = published()[2]
    return Notice(2026, "测试〔2026〕2号", date(2026, 3, 1), "测试", (*whole.holidays, *holidays))


def test_seed_twice_loads_every_day_of_the_shipped_years_once(session: Session) -> None:
    assert seed(session, at=AT) == 366 + 365 + 365
    assert seed(session, at=AT) == 0
    assert session.scalar(select(func.count()).select_from(CalendarDay)) == 1096
    (row,) = day_facts(session, date(2026, 2, 14), date(2026, 2, 14))
    assert (row.is_working, row.kind, row.name, row.notice) == (True, "makeup", "春节", "国办发明电〔2025〕7号")
    assert (row.imported_by, row.imported_at) == ("system", AT)


def test_seed_leaves_a_revised_day_alone(session: Session) -> None:
    seed(session, at=AT)
    import_notice(session, revision(Holiday("停工", date(2026, 3, 4), date(2026, 3, 4))), by=Importer("韩梅"), at=AT)
    seed(session, at=AT)
    assert not current_calendar(session).is_working(date(2026, 3, 4))


def test_seeded_table_gives_the_shipped_calendar(session: Session) -> None:
    assert current_calendar(session).version == seeded().version
    seed(session, at=AT)
    assert current_calendar(session).version == seeded().version


def test_current_calendar_asks_once_per_transaction_and_reads_rows_only_after_an_import(
    session: Session, selects: list[str]
) -> None:
    seed(session, at=AT)
    session.commit()
    first = current_calendar(session)
    session.commit()
    selects.clear()
    for _ in range(3):
        assert current_calendar(session) is first
    assert len(selects) == 1
    session.commit()
    assert current_calendar(session) is first
    assert len(selects) == 2


def test_import_by_another_process_is_seen_in_the_next_transaction(engine: Engine, session: Session) -> None:
    seed(session, at=AT)
    session.commit()
    assert current_calendar(session).published_until == date(2026, 12, 31)
    session.commit()
    with Session(engine) as other:
        other.add_all(
            CalendarDay(
                day=day,
                is_working=fact.is_working,
                kind=fact.kind,
                name=fact.name,
                notice=fact.notice,
                imported_by="other",
                imported_at=AT.replace(hour=10),
            )
            for day, fact in OF_2027.year_days().items()
            if day.year == 2027
        )
        other.commit()
    assert current_calendar(session).published_until == date(2027, 12, 31)


def test_import_of_the_next_year_names_the_days_that_changed_and_is_in_force_at_once(session: Session) -> None:
    seed(session, at=AT)
    assert current_calendar(session).is_provisional(date(2027, 1, 4))
    changed = import_notice(session, OF_2027, by=Importer("韩梅"), at=AT)
    assert changed[0] == date(2026, 12, 31)
    assert len(changed) == 366
    after = current_calendar(session)
    assert not after.is_provisional(date(2027, 1, 4))
    assert not after.is_working(date(2026, 12, 31))
    assert after.is_working(date(2027, 1, 9))


def test_revision_of_a_year_changes_only_what_differs(session: Session) -> None:
    seed(session, at=AT)
    before = current_calendar(session)
    off = Holiday("停工", date(2026, 3, 4), date(2026, 3, 7))
    assert import_notice(session, revision(off), by=Importer("韩梅"), at=AT) == tuple(
        date(2026, 3, n) for n in (4, 5, 6)
    )
    after = current_calendar(session)
    assert after.version != before.version
    assert before.is_working(date(2026, 3, 4))
    assert import_notice(session, revision(off), by=Importer("韩梅"), at=AT) == ()


def test_import_that_leaves_a_year_out_is_refused(session: Session) -> None:
    seed(session, at=AT)
    of_2028 = Notice(2028, "测试〔2027〕1号", date(2027, 11, 5), "测试", ())
    with pytest.raises(Conflict):
        import_notice(session, of_2028, by=Importer("韩梅"), at=AT)


def test_import_that_is_rolled_back_leaves_the_calendar_as_it_was(session: Session) -> None:
    seed(session, at=AT)
    session.commit()
    import_notice(session, OF_2027, by=Importer("韩梅"), at=AT)
    assert current_calendar(session).published_until.year == 2027
    session.rollback()
    assert current_calendar(session).published_until.year == 2026


def test_year_with_a_day_missing_is_not_published(session: Session) -> None:
    seed(session, at=AT)
    session.execute(delete(CalendarDay).where(CalendarDay.day == date(2026, 7, 1)))
    session.commit()
    forget(session)  # no act removes a day, so nothing but a new reading tells
    assert current_calendar(session).published_until == date(2025, 12, 31)
    session.execute(delete(CalendarDay).where(CalendarDay.day.in_([date(2024, 7, 1), date(2025, 7, 1)])))
    session.commit()
    forget(session)
    with pytest.raises(Conflict):
        current_calendar(session)


def test_row_edited_with_a_later_time_is_seen(session: Session) -> None:
    seed(session, at=AT)
    session.commit()
    assert current_calendar(session).is_working(date(2026, 3, 4))
    one = update(CalendarDay).where(CalendarDay.day == date(2026, 3, 4))
    session.execute(one.values(is_working=False, imported_at=AT.replace(hour=11)))
    session.commit()
    assert not current_calendar(session).is_working(date(2026, 3, 4))
