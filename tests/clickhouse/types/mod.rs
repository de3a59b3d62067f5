//! Our verdict on the types of columns, compared with ClickHouse's: of thousands that are made by chance, half of them
//! broken, and of those that people write.
mod grammar;
mod mutations;
mod verdicts;

#[test]
fn show() {
    let mut g = grammar::Grammar::read();
    let mut all = mutations::all();
    let mut r = fastrand::Rng::with_seed(1);
    let mut texts = Vec::new();
    for i in 0..2500 {
        let t = g.generate(&mut r);
        let text = if i % 5 == 0 { g.write_carelessly(&t, &mut r) } else { t.write() };
        texts.push(text);
        let t = g.generate(&mut r);
        let mutated = mutations::mutate(&mut all, &t, &mut r);
        texts.push(mutated);
    }
    let start = std::time::Instant::now();
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    let v = verdicts::ask(&texts);
    println!("{:?}", start.elapsed());
    for (i, (t, v)) in texts.iter().zip(v).enumerate() { println!("{} {t:?}\n     {v:?}", if i%2==0 {"VALID"} else {"MUTATED"}); }
    for (name, p) in g.productions() { println!("{:6} {name}", p.hits); }
    for m in all { println!("{:6} {}", m.hits, m.name); }
}
