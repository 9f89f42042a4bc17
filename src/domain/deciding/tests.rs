//! Decisions against the facts, over an office that stands in memory.

use super::*;
use crate::domain::application::{Application, Category, Reason};
use crate::domain::dossier::Dossier;
use crate::domain::moment::Zone;
use crate::domain::nik::{KkNumber, NikFlaw};
use crate::domain::questions::{Question, questions};
use crate::domain::queue::QueueRow;
use crate::domain::reconcile::{reconcile, reconcile_one};
use crate::domain::record_status::{RecordStatus, StatusRules};
use crate::domain::registration::RowKey;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert_eq, prop_oneof, proptest};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// An office in memory.
#[derive(Clone, Default)]
struct Town {
    registrations: Vec<Registration>,
    entries: BTreeMap<Nik, QueueEntry>,
    decisions: Vec<Decision>,
}

impl FactSource for Town {
    type Error = Infallible;

    fn dossiers(&self, visit: &mut dyn FnMut(Dossier) -> Result<(), Infallible>) -> Result<(), Infallible> {
        let registered = self.registrations.iter().filter_map(Registration::trusted_nik);
        let niks: BTreeSet<Nik> = registered.chain(self.entries.keys().copied()).collect();
        for nik in niks {
            if let Some(dossier) = self.dossier(nik)? {
                visit(dossier)?;
            }
        }
        Ok(())
    }

    fn dossier(&self, nik: Nik) -> Result<Option<Dossier>, Infallible> {
        let mut dossier = Dossier::new(nik);
        dossier.entry = self.entries.get(&nik).cloned();
        dossier.registrations = self.registrations.clone();
        dossier.registrations.retain(|one| one.trusted_nik() == Some(nik));
        let is_known = dossier.entry.is_some() || !dossier.registrations.is_empty();
        Ok(is_known.then_some(dossier))
    }

    fn held_registrations(&self) -> Result<Vec<Registration>, Infallible> {
        let mut found = self.registrations.clone();
        found.retain(|one| one.trusted_nik().is_none());
        Ok(found)
    }

    fn queue_entries(&self, visit: &mut dyn FnMut(&QueueEntry) -> Result<(), Infallible>) -> Result<(), Infallible> {
        let mut present = self.entries.values().filter(|entry| entry.is_present());
        present.try_for_each(visit)
    }

    fn decisions(&self) -> Result<Vec<Decision>, Infallible> {
        Ok(self.decisions.clone())
    }
}

fn zone() -> Zone {
    Zone::east_opt(7 * 3600).unwrap()
}

fn at(day: i64) -> Moment {
    Moment::from_seconds(1_625_000_000 + day * 86_400)
}

fn rules<T>(work: impl FnOnce(&Rules<'_>) -> T) -> T {
    work(&Rules {
        as_of: at(30),
        today: at(30).day(zone()),
        zone: zone(),
        require_registration: true,
        reprint_needs_queue: true,
        statuses: &StatusRules::default(),
    })
}

fn by(reason: &str) -> Signature {
    signature(at(20), "ani", reason)
}

const KK: &str = "1671090404049001";

impl Town {
    fn register(&mut self, nik: &str, name: &str, kk: &str, day: i64) -> &mut Self {
        let key = u8::try_from(self.registrations.len()).unwrap();
        let reading = NikReading::read(nik).unwrap_or(NikReading::Held {
            text: String::new(),
            flaw: NikFlaw::Missing,
        });
        self.registrations.push(Registration {
            kk: KkNumber::new(kk),
            district: Some("SUKARAMI".into()),
            village: Some("KEBUN BUNGA".into()),
            ..Registration::new(RowKey([key; 16]), reading, name.into(), at(day))
        });
        self
    }

    fn queue(&mut self, nik: &str, name: &str, kk: &str) -> &mut Self {
        let nik = Nik::parse(nik).unwrap();
        let row = QueueRow {
            status_at: Some(at(1)),
            kk: KkNumber::new(kk),
            district: Some("SUKARAMI".into()),
            village: Some("KEBUN BUNGA".into()),
            ..QueueRow::new(nik, name.into(), RecordStatus::parse("PRINT_READY_RECORD"))
        };
        self.entries.insert(nik, QueueEntry::new(row, at(1)));
        self
    }

    fn rename(&mut self, nik: &str, name: &str) -> &mut Self {
        let entry = self.entries.get_mut(&Nik::parse(nik).unwrap()).unwrap();
        entry.row.name = name.into();
        self
    }

    fn try_decide(
        &mut self,
        nik: &str,
        verdict: Verdict,
        entry: Option<&str>,
        name: Option<&str>,
    ) -> Result<(), Refusal> {
        self.decide_as(Stance::Decide, nik, verdict, entry, name)
    }

    fn decide_as(
        &mut self,
        stance: Stance,
        nik: &str,
        verdict: Verdict,
        entry: Option<&str>,
        name: Option<&str>,
    ) -> Result<(), Refusal> {
        let ask = Ask {
            verdict,
            nik,
            name,
            queue_nik: entry.and_then(Nik::parse),
            stance,
        };
        let Ok(ruled) = rules(|rules| rule(self, rules, &ask, &by("diperiksa")));
        self.decisions.push(ruled?.decision);
        Ok(())
    }

    fn decide(&mut self, nik: &str, verdict: Verdict, entry: Option<&str>) -> &mut Self {
        self.try_decide(nik, verdict, entry, None).unwrap();
        self
    }

    /// `nik name: category registrations -> candidate`, by NIK; checks that `status` says the same.
    fn standings(&self) -> Vec<String> {
        let mut all = Vec::new();
        let Ok(()) = rules(|rules| {
            reconcile(self, rules, &mut |application| {
                all.push(application);
                Ok(())
            })
        });
        let registered: u32 = all.iter().map(|one| one.registrations).sum();
        assert_eq!(
            registered as usize,
            self.registrations.len(),
            "nobody is lost and nobody counted twice"
        );
        for application in &all {
            self.agrees_with_one(application);
        }
        // Entries that are proposed to somebody come after the others.
        all.sort_by(|one, other| {
            let key = |one: &Application| (one.nik.clone(), one.category == Category::UnreadableNik);
            key(one).cmp(&key(other))
        });
        all.iter().map(shown).collect()
    }

    fn agrees_with_one(&self, application: &Application) {
        let Some(nik) = application.nik.trusted() else { return };
        // A near match is not looked for there.
        if matches!(application.category, Category::NearMatch | Category::UnreadableNik) {
            return;
        }
        let Ok(one) = rules(|rules| reconcile_one(self, nik, rules));
        let one = one.map(|one| (one.category, one.registrations));
        assert_eq!(
            one,
            Some((application.category, application.registrations)),
            "{}",
            shown(application)
        );
    }

    fn questions(&self) -> Vec<String> {
        let Ok(found) = rules(|rules| questions(self, rules));
        let show = |question: &Question| {
            let nik = question.registration.nik.text();
            let entry = question.entry.row.nik.digits();
            format!("{} {} ? {}", tail(&nik), question.registration.name, tail(&entry))
        };
        found.iter().map(show).collect()
    }
}

fn tail(nik: &str) -> &str {
    &nik[nik.len().saturating_sub(4)..]
}

fn shown(application: &Application) -> String {
    let nik = application.nik.text();
    let candidate = application.candidate.as_ref().map(|found| found.nik.digits());
    format!(
        "{} {}: {} {}{}",
        tail(&nik),
        application.name,
        application.category.code(),
        application.registrations,
        candidate.map_or_else(String::new, |nik| format!(" -> {}", tail(&nik)))
    )
}

const SITI: &str = "1671094107959001";
const SWAPPED: &str = "1671094107959010";

fn swapped_digits() -> Town {
    let mut town = Town::default();
    town.register(SWAPPED, "SITI AISYAH", KK, 2)
        .queue(SITI, "SITI AISYAH", KK);
    town
}

#[test]
fn the_same_person_joins_the_entry_and_is_asked_again_when_a_fact_changes() {
    let mut town = swapped_digits();
    assert_eq!(
        town.standings(),
        [
            "9001 SITI AISYAH: not_registered 0",
            "9010 SITI AISYAH: near_match 1 -> 9001"
        ]
    );
    assert_eq!(town.questions(), ["9010 SITI AISYAH ? 9001"]);
    town.decide(SWAPPED, Verdict::Same, None);
    assert_eq!(town.standings(), ["9001 SITI AISYAH: ready 1"]);
    assert!(town.questions().is_empty());
    // The same person under the same wrong NIK again: it was decided.
    town.register(SWAPPED, "Siti Aisyah", KK, 4);
    assert_eq!(town.standings(), ["9001 SITI AISYAH: ready 2"]);
    // Another name under it: nobody decided that.
    town.register(SWAPPED, "SITI AISYA", KK, 5);
    assert_eq!(
        town.standings(),
        ["9001 SITI AISYAH: ready 2", "9010 SITI AISYA: near_match 1 -> 9001"]
    );
    assert_eq!(town.questions(), ["9010 SITI AISYA ? 9001"]);
    // The entry has another name now: every question about it is open again.
    let mut renamed = town.clone();
    renamed.rename(SITI, "SITI AISYAH PUTRI");
    assert_eq!(renamed.questions().len(), 1);
    assert!(
        renamed
            .standings()
            .contains(&"9001 SITI AISYAH PUTRI: not_registered 0".to_owned())
    );
    // And its old name brings the old decision back.
    renamed.rename(SITI, "Siti Aisyah");
    assert_eq!(renamed.standings()[0], "9001 Siti Aisyah: ready 2");
}

#[test]
fn an_entry_that_is_not_meant_is_not_proposed_again_but_the_next_best_is() {
    let mut town = swapped_digits();
    town.decide(SWAPPED, Verdict::Different, None);
    assert_eq!(
        town.standings(),
        ["9001 SITI AISYAH: not_registered 0", "9010 SITI AISYAH: not_in_queue 1"]
    );
    assert!(town.questions().is_empty());
    town.queue("1671094107959019", "SITI AISYAH", KK);
    assert_eq!(town.questions(), ["9010 SITI AISYAH ? 9019"]);
    // The first has another name now, so that it may be meant again: which of the two is a guess.
    town.rename(SITI, "SITI AISAH");
    town.entries.remove(&Nik::parse("1671094107959019").unwrap());
    assert_eq!(town.questions(), ["9010 SITI AISYAH ? 9001"]);
}

#[test]
fn an_identity_doubt_is_decided_for_its_names_only() {
    let mut town = Town::default();
    town.register(SITI, "BAMBANG WIJAYA", KK, 2)
        .queue(SITI, "SITI AISYAH", KK);
    assert_eq!(town.standings(), ["9001 SITI AISYAH: check_identity 1"]);
    assert_eq!(town.questions(), ["9001 BAMBANG WIJAYA ? 9001"]);
    let mut same = town.clone();
    same.decide(SITI, Verdict::Same, None);
    assert_eq!(same.standings(), ["9001 SITI AISYAH: ready 1"]);
    same.register(SITI, "AGUS SALIM", KK, 3);
    assert_eq!(same.standings(), ["9001 SITI AISYAH: check_identity 2"]);
    assert_eq!(same.questions(), ["9001 AGUS SALIM ? 9001"]);
    town.decide(SITI, Verdict::Different, None);
    assert_eq!(
        town.standings(),
        [
            "9001 SITI AISYAH: not_registered 0",
            "9001 BAMBANG WIJAYA: unreadable_nik 1"
        ]
    );
    // Whose NIK it is registers too.
    town.register(SITI, "SITI AISYAH", KK, 3);
    assert_eq!(
        town.standings(),
        ["9001 SITI AISYAH: ready 1", "9001 BAMBANG WIJAYA: unreadable_nik 1"]
    );
}

#[test]
fn somebody_with_a_relatives_nik_finds_the_own_entry() {
    let (mother, child) = ("1671094107759001", "1671094107959002");
    let mut town = Town::default();
    town.register(mother, "SITI AISYAH", KK, 2);
    town.queue(mother, "ROHANA BINTI UMAR", KK)
        .queue(child, "SITI AISYAH", KK);
    assert_eq!(town.questions(), ["9001 SITI AISYAH ? 9001"]);
    // Said at once whose it is.
    let mut at_once = town.clone();
    at_once.decide(mother, Verdict::Same, Some(child));
    let settled = ["9001 ROHANA BINTI UMAR: not_registered 0", "9002 SITI AISYAH: ready 1"];
    assert_eq!(at_once.standings(), settled);
    // Or in two steps.
    town.decide(mother, Verdict::Different, None);
    let asked = town.questions();
    if !asked.is_empty() {
        assert_eq!(asked, ["9001 SITI AISYAH ? 9002"]);
        town.decide(mother, Verdict::Same, None);
    } else {
        town.decide(mother, Verdict::Same, Some(child));
    }
    assert_eq!(town.standings(), settled);
}

#[test]
fn a_blank_nik_and_a_common_name_are_not_one_person() {
    let mut town = Town::default();
    town.register("", "SITI AISYAH", KK, 2).queue(SITI, "SITI AISYAH", KK);
    town.decide("", Verdict::Same, Some(SITI));
    assert_eq!(town.standings(), ["9001 SITI AISYAH: ready 1"]);
    town.register("", "SITI AISYAH", "1671090101019002", 3);
    assert_eq!(town.standings()[0], "9001 SITI AISYAH: ready 1");
    let refused = town.try_decide("", Verdict::Different, Some(SITI), None);
    let Err(Refusal::SeveralRegistrations(several)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(several.len(), 2);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let mut town = swapped_digits();
    let other = "1671094107959555";
    town.register(SITI, "SITI AISYAH", KK, 2);
    let kind = |refusal: Result<(), Refusal>| match refusal {
        Ok(()) => "done",
        Err(Refusal::NoRegistration) => "no registration",
        Err(Refusal::NoSuchName) => "no such name",
        Err(Refusal::OnlyQueued(_)) => "only queued",
        Err(Refusal::OtherName { .. }) => "other name",
        Err(Refusal::EntryTaken(_)) => "taken",
        Err(Refusal::DecidedMeanwhile(_)) => "meanwhile",
        Err(Refusal::SeveralRegistrations(_)) => "several",
        Err(Refusal::NoEntry(_)) => "no entry",
        Err(Refusal::NothingProposed) => "nothing proposed",
        Err(Refusal::NamesAgree(_)) => "names agree",
        Err(Refusal::Stands(_)) => "stands",
        Err(Refusal::GivenToAnother(_)) => "given",
        Err(Refusal::NotUnderAge(_)) => "not under age",
        Err(Refusal::NothingStands) => "nothing stands",
    };
    use Verdict::{Different, Married, Same};
    let table = [
        (other, Same, None, "no registration"),
        (SITI, Same, None, "names agree"),
        (SWAPPED, Same, Some(other), "no entry"),
        (SWAPPED, Different, None, "done"),
        (SWAPPED, Different, Some(SITI), "stands"),
        (SWAPPED, Same, None, "nothing proposed"),
        // A contrary decision replaces the one before.
        (SWAPPED, Same, Some(SITI), "done"),
        (SWAPPED, Same, None, "stands"),
        (SITI, Married, None, "not under age"),
        (SWAPPED, Married, None, "no entry"),
    ];
    for (nik, verdict, entry, expected) in table {
        let refused = town.try_decide(nik, verdict, entry, None);
        assert_eq!(kind(refused), expected, "{nik} {verdict:?} {entry:?}");
    }
    town.queue(other, "SITI AISYAH", KK);
    assert_eq!(kind(town.try_decide(SWAPPED, Same, Some(other), None)), "given");
    assert_eq!(kind(town.try_decide(SWAPPED, Same, None, Some("BUDI"))), "no such name");
}

#[test]
fn married_under_17_may_have_a_card() {
    let young = "1671094107059003";
    let mut town = Town::default();
    town.register(young, "RINA", KK, 2).queue(young, "RINA", KK);
    assert_eq!(town.standings(), ["9003 RINA: blocked 1"]);
    town.decide(young, Verdict::Married, None);
    assert_eq!(town.standings(), ["9003 RINA: ready 1"]);
    assert!(matches!(
        town.try_decide(young, Verdict::Married, None, None),
        Err(Refusal::Stands(_))
    ));
}

#[test]
fn what_is_taken_back_is_the_newest_with_all_about_its_facts() {
    let mut town = swapped_digits();
    town.decide(SWAPPED, Verdict::Different, None);
    town.decide(SWAPPED, Verdict::Same, Some(SITI));
    let ask = Ask {
        verdict: Verdict::Same,
        nik: SWAPPED,
        name: None,
        queue_nik: None,
        stance: Stance::Decide,
    };
    let (newest, all) = to_withdraw(&town.decisions, &ask, None).unwrap();
    assert_eq!((newest.verdict, all.len()), (Verdict::Same, 2));
    let nobody = Ask {
        name: Some("BUDI"),
        ..ask
    };
    assert_eq!(to_withdraw(&town.decisions, &nobody, None), Err(Refusal::NothingStands));
    assert_eq!(
        to_withdraw(&town.decisions, &ask, Some(Verdict::Married)),
        Err(Refusal::NothingStands)
    );
    town.decisions.retain(|one| !all.contains(one));
    assert_eq!(town.questions(), ["9010 SITI AISYAH ? 9001"]);
}

/// One step in the life of the town.
#[derive(Clone, Debug)]
enum Step {
    Register(usize, usize),
    Decide(usize, Verdict, Option<usize>, usize),
    Rename(usize, usize),
    Leave(usize),
    Withdraw(usize),
}

const NIKS: [&str; 7] = [
    SITI,
    SWAPPED,
    "1671094107959019",
    "1671091212809002",
    "16710912128090022",
    "1,67109E+15",
    "",
];
const NAMES: [&str; 4] = ["SITI AISYAH", "SITI AISAH", "AGUS SALIM", "AGUS SALIM SIREGAR"];

fn step() -> impl Strategy<Value = Step> {
    let (nik, name) = (0..NIKS.len(), 0..NAMES.len());
    let verdict = prop_oneof![Just(Verdict::Same), Just(Verdict::Different)];
    prop_oneof![
        (nik.clone(), name.clone()).prop_map(|(nik, name)| Step::Register(nik, name)),
        (nik.clone(), verdict, proptest::option::of(0..4_usize), name.clone())
            .prop_map(|(nik, verdict, entry, name)| Step::Decide(nik, verdict, entry, name)),
        (0..4_usize, name).prop_map(|(nik, name)| Step::Rename(nik, name)),
        (0..4_usize).prop_map(Step::Leave),
        nik.prop_map(Step::Withdraw),
    ]
}

impl Town {
    fn live(&mut self, step: &Step, day: i64) {
        match *step {
            Step::Register(nik, name) => {
                self.register(NIKS[nik], NAMES[name], KK, day);
            }
            Step::Decide(nik, verdict, entry, name) => {
                // What makes no sense is refused, and changes nothing.
                let (entry, name) = (entry.map(|at| NIKS[at]), Some(NAMES[name]));
                let _ = self.decide_as(Stance::Force, NIKS[nik], verdict, entry, name);
            }
            Step::Rename(nik, name) => {
                self.queue(NIKS[nik], NAMES[name], KK);
            }
            Step::Leave(nik) => {
                if let Some(entry) = Nik::parse(NIKS[nik]).and_then(|nik| self.entries.get_mut(&nik)) {
                    entry.left_at = Some(at(day));
                }
            }
            Step::Withdraw(nik) => {
                let ask = Ask {
                    verdict: Verdict::Same,
                    nik: NIKS[nik],
                    name: None,
                    queue_nik: None,
                    stance: Stance::Decide,
                };
                if let Ok((_, all)) = to_withdraw(&self.decisions, &ask, None) {
                    self.decisions.retain(|one| !all.contains(one));
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is decided and taken back: every registration stands in exactly one application, one NIK alone is
    /// judged as all are, and nothing that was decided is asked.
    #[test]
    fn nobody_is_lost_and_nothing_is_asked_twice(steps in proptest::collection::vec(step(), 1..25)) {
        let mut town = Town::default();
        town.queue(SITI, "SITI AISYAH", KK).queue(NIKS[3], "AGUS SALIM", KK);
        for (step, day) in steps.iter().zip(2..) {
            town.live(step, day);
        }
        town.standings();
        let book = DecisionBook::new(town.decisions.clone());
        let Ok(asked) = rules(|rules| questions(&town, rules));
        for question in &asked {
            let (registration, entry) = (&question.registration, &question.entry.row);
            prop_assert_eq!(book.verdict(registration, entry.nik, &entry.name), None);
        }
    }
}

fn told(town: &Town, serial: &str) -> Vec<Reason> {
    let mut found = Vec::new();
    let Ok(()) = rules(|rules| {
        reconcile(town, rules, &mut |application| {
            if tail(&application.nik.text()) == serial {
                found.extend(application.explanation);
            }
            Ok(())
        })
    });
    found
}

#[test]
fn a_decision_that_lapsed_is_told_and_what_is_still_alike_is_proposed_again() {
    let mut town = swapped_digits();
    town.decide(SWAPPED, Verdict::Same, None);
    assert!(!told(&town, "9001").contains(&Reason::DecisionLapsed));
    town.rename(SITI, "SUTRISNO HADI");
    assert_eq!(
        town.standings(),
        [
            "9001 SUTRISNO HADI: not_registered 0",
            "9010 SITI AISYAH: not_in_queue 1"
        ]
    );
    assert_eq!(told(&town, "9001"), [Reason::DecisionLapsed]);
    assert_eq!(told(&town, "9010"), [Reason::DecisionLapsed]);
    town.rename(SITI, "SITI AISAH");
    assert!(told(&town, "9010").contains(&Reason::DecisionLapsed));
    let Ok(asked) = rules(|rules| questions(&town, rules));
    assert!(asked[0].reasons.contains(&Reason::DecisionLapsed));
    // Whoever decides again has seen it.
    town.decide(SWAPPED, Verdict::Different, None);
    assert!(told(&town, "9001").is_empty() && told(&town, "9010").is_empty());
    let mut doubt = Town::default();
    doubt
        .register(SITI, "BAMBANG WIJAYA", KK, 2)
        .queue(SITI, "SITI AISYAH", KK);
    doubt.decide(SITI, Verdict::Same, None).rename(SITI, "SITI NURHALIZA");
    assert!(told(&doubt, "9001").contains(&Reason::DecisionLapsed));
    doubt.rename(SITI, "SITI AISYAH");
    assert!(told(&doubt, "9001").is_empty());
}

#[test]
fn two_people_are_made_one_by_force_alone() {
    const RUDI: &str = "1671091212809003";
    let mut town = swapped_digits();
    town.register("1671091212809013", "RUDI HARTONO", KK, 3)
        .queue(RUDI, "RUDI HARTONO", KK);
    let ask = |nik, stance| Ask {
        verdict: Verdict::Same,
        nik,
        name: None,
        queue_nik: Nik::parse(RUDI),
        stance,
    };
    let rule = |town: &Town, nik, stance| {
        let Ok(ruled) = rules(|rules| rule(town, rules, &ask(nik, stance), &by("x")));
        ruled
    };
    assert!(matches!(
        rule(&town, SWAPPED, Stance::Decide),
        Err(Refusal::OtherName { .. })
    ));
    let forced = rule(&town, SWAPPED, Stance::Force).unwrap();
    town.decisions.push(forced.decision);
    let refused = rule(&town, "1671091212809013", Stance::Decide);
    assert!(matches!(refused, Err(Refusal::EntryTaken(given)) if given.registered_name == "SITI AISYAH"));
    assert!(rule(&town, "1671091212809013", Stance::Force).is_ok());
    // Taken back, nothing stands against it.
    town.decisions.clear();
    assert!(rule(&town, "1671091212809013", Stance::Decide).is_ok());
}

#[test]
fn a_refusal_says_what_is_there_instead() {
    let mut town = swapped_digits();
    let refused = |town: &mut Town, nik, name| town.try_decide(nik, Verdict::Same, None, name).unwrap_err();
    assert_eq!(
        refused(&mut town, SITI, None),
        Refusal::OnlyQueued(Nik::parse(SITI).unwrap())
    );
    assert_eq!(refused(&mut town, SWAPPED, Some("TUKIMIN")), Refusal::NoSuchName);
    assert_eq!(refused(&mut town, "1671094107959088", None), Refusal::NoRegistration);
}
