import Commands
import Testing

@Suite("Binomial interval") struct BinomialIntervalTests {
    @Test(
        "agrees with exact tables",
        arguments: [
            // Computed from exact binomial sums with 0.05 % in each tail.
            (100, 0.5, 34, 66), (600, 0.1, 37, 85), (10, 0.5, 0, 10), (1_000, 0.25, 206, 296),
        ])
    func known(trials: Int, share: Double, low: Int, high: Int) {
        #expect(BinomialInterval.counts(trials: trials, share: share, confidence: 0.999) == low...high)
    }

    @Test("is a single count where nothing can vary") func certain() {
        #expect(BinomialInterval.counts(trials: 50, share: 0, confidence: 0.999) == 0...0)
        #expect(BinomialInterval.counts(trials: 50, share: 1, confidence: 0.999) == 50...50)
        #expect(BinomialInterval.counts(trials: 0, share: 0.5, confidence: 0.999) == 0...0)
    }
}
