//! feed-rs alone: reads a feed from a file into its model and counts the entries. Nothing is made of them.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("a feed, please")?;
    let file = std::io::BufReader::new(std::fs::File::open(path)?);
    println!("{}", feed_rs::parser::parse(file)?.entries.len());
    Ok(())
}
