//! Times rsigma-eval: `triad_peer RULES.json EVENTS.jsonl ROUNDS`. Rules are a list of texts, an event is
//! `{"logsources": [...], "fields": {...}}`. Prints one line of JSON.
use rsigma_eval::{Engine, JsonEvent};
use rsigma_parser::{parse_sigma_yaml, LogSource, SigmaRule};
use std::collections::BTreeMap;
use std::time::Instant;

/// CPU seconds of this thread where the system tells them, which other work on the machine does not change.
fn now_s(start: &Instant) -> f64 {
    match std::fs::read_to_string("/proc/thread-self/schedstat") {
        Ok(text) => text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e9,
        Err(_) => start.elapsed().as_secs_f64(),
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let texts: Vec<String> = serde_json::from_str(&std::fs::read_to_string(&args[1]).unwrap()).unwrap();
    let rounds: usize = args[3].parse().unwrap();
    let clock = Instant::now();
    let start = now_s(&clock);
    let mut rules: Vec<SigmaRule> = Vec::new();
    for text in &texts {
        if let Ok(collection) = parse_sigma_yaml(text) {
            rules.extend(collection.rules);
        }
    }
    let mut engine = Engine::new();
    let refused = engine.add_rules(rules.iter()).len();
    let load_s = now_s(&clock) - start;
    let events: Vec<(Vec<LogSource>, serde_json::Value)> = std::fs::read_to_string(&args[2])
        .unwrap()
        .lines()
        .map(|line| {
            let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
            let sources = serde_json::from_value(value["logsources"].take()).unwrap();
            (sources, value["fields"].take())
        })
        .collect();
    let mut unrouted = f64::INFINITY;
    let mut routed = f64::INFINITY;
    let mut hits = BTreeMap::<String, usize>::new();
    let mut routed_hits = 0usize;
    for round in 0..rounds {
        let start = now_s(&clock);
        for (_, fields) in &events {
            for hit in engine.evaluate(&JsonEvent::borrow(fields)) {
                if round == 0 {
                    *hits.entry(hit.header.rule_id.unwrap_or_default()).or_default() += 1;
                }
            }
        }
        unrouted = unrouted.min(now_s(&clock) - start);
        let start = now_s(&clock);
        for (sources, fields) in &events {
            for source in sources {
                let found = engine.evaluate_with_logsource(&JsonEvent::borrow(fields), source).len();
                if round == 0 {
                    routed_hits += found;
                }
            }
        }
        routed = routed.min(now_s(&clock) - start);
    }
    let report = serde_json::json!({
        "rules": engine.rule_count(), "refused": refused, "loadS": load_s, "events": events.len(),
        "unroutedS": unrouted, "routedS": routed, "hits": hits, "routedHits": routed_hits,
    });
    println!("{report}");
}
