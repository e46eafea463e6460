/// The counts that a fair draw gives with a stated confidence.
package enum BinomialInterval {
    /// The central interval of the number of successes in `trials` independent draws of probability `share`.
    ///
    /// Each tail outside holds at most half of what `confidence` leaves. The probabilities are summed exactly, outward
    /// from the most likely count, so no factorial overflows.
    ///
    /// - Parameters:
    ///   - trials: at least 0.
    ///   - share: 0...1.
    ///   - confidence: between 0 and 1, such as 0.999.
    package static func counts(trials: Int, share: Double, confidence: Double) -> ClosedRange<Int> {
        guard trials > 0, share > 0 else { return 0...0 }
        guard share < 1 else { return trials...trials }
        let mode = min(trials, Int(Double(trials + 1) * share))
        let odds = share / (1 - share)
        var weights = [Double](repeating: 0, count: trials + 1)
        weights[mode] = 1
        for count in stride(from: mode, to: trials, by: 1) {
            weights[count + 1] = weights[count] * Double(trials - count) / Double(count + 1) * odds
        }
        for count in stride(from: mode, to: 0, by: -1) {
            weights[count - 1] = weights[count] * Double(count) / Double(trials - count + 1) / odds
        }
        let total = weights.reduce(0, +)
        let tail = (1 - confidence) / 2 * total
        return lowest(weights, tail: tail)...(trials - lowest(weights.reversed(), tail: tail))
    }

    /// The first index up to which less than `tail` has been summed.
    private static func lowest(_ weights: [Double], tail: Double) -> Int {
        var sum = 0.0
        for (index, weight) in weights.enumerated() {
            sum += weight
            if sum > tail { return index }
        }
        return weights.count - 1
    }
}
