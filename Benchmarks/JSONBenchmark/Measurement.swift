/// Times the same work several times and prints the fastest, which other load on the machine disturbs least.
enum Measurement {
    /// Prints `name milliseconds` of the fastest round. What the work returns is dropped after the clock has stopped.
    static func report<Output>(_ name: String, rounds: Int, _ work: () throws -> Output) throws {
        let clock = ContinuousClock()
        var best = Duration.seconds(3600)
        for _ in 0..<rounds {
            let start = clock.now
            let output = try work()
            best = min(best, clock.now - start)
            withExtendedLifetime(output) {}
        }
        let microseconds = best.components.seconds * 1_000_000 + best.components.attoseconds / 1_000_000_000_000
        print("\(name) \(Double(microseconds) / 1000)")
    }
}
