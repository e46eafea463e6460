import Testing

@testable import RolloutPlanning

@Suite("Replica counts without traffic routing") struct BasicCanaryTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var size: Int
        var weight: Int
        var surge: Int
        var unavailable: Int
        var canary: Int
        var stable: Int
        var expected: [Int]
        var testDescription: String { "\(size) at \(weight) %, surge \(surge), unavailable \(unavailable)" }
    }

    static let rows = [
        Row(size: 10, weight: 10, surge: 1, unavailable: 1, canary: 0, stable: 10, expected: [1, 9]),
        Row(size: 10, weight: 30, surge: 3, unavailable: 0, canary: 0, stable: 10, expected: [3, 10]),
        Row(size: 10, weight: 30, surge: 0, unavailable: 5, canary: 0, stable: 10, expected: [0, 7]),
        Row(size: 1, weight: 5, surge: 1, unavailable: 0, canary: 0, stable: 1, expected: [1, 1]),
        Row(size: 10, weight: 100, surge: 1, unavailable: 0, canary: 10, stable: 1, expected: [10, 0]),
        Row(size: 4, weight: 0, surge: 1, unavailable: 1, canary: 2, stable: 3, expected: [0, 3]),
        Row(size: 0, weight: 50, surge: 1, unavailable: 0, canary: 1, stable: 1, expected: [0, 1]),
    ]

    @Test("move towards the weight within surge and availability", arguments: rows)
    func next(row: Row) {
        let counts = BasicCanary(
            size: row.size, weight: row.weight, surge: row.surge, unavailable: row.unavailable,
            canary: .init(asked: row.canary, available: row.canary),
            stable: .init(asked: row.stable, available: row.stable)
        ).next
        #expect([counts.canary, counts.stable] == row.expected)
    }

    @Test("never exceed the surge, and never fall below what must be available", arguments: 1...12)
    func bounds(size: Int) {
        for weight in stride(from: 0, through: 100, by: 5) {
            for surge in 0...2 {
                for unavailable in 0...2 where surge + unavailable > 0 && unavailable <= size {
                    walk(size: size, weight: weight, surge: surge, unavailable: unavailable)
                }
            }
        }
    }

    /// Follows the counts to their fixed point; every pod asked for becomes available at once.
    private func walk(size: Int, weight: Int, surge: Int, unavailable: Int) {
        var counts = BasicCanary.Counts(canary: 0, stable: size)
        var arithmetic = BasicCanary(
            size: size, weight: weight, surge: surge, unavailable: unavailable, canary: nil, stable: nil)
        for _ in 0..<40 {
            arithmetic.canary = .init(asked: counts.canary, available: counts.canary)
            arithmetic.stable = .init(asked: counts.stable, available: counts.stable)
            counts = arithmetic.next
            let total = counts.canary + counts.stable
            #expect(total <= size + surge, "\(arithmetic)")
            #expect(
                min(counts.canary, arithmetic.canary?.asked ?? 0) + min(counts.stable, arithmetic.stable?.asked ?? 0)
                    >= size - unavailable, "\(arithmetic)")
        }
        #expect(counts == arithmetic.desired, "\(arithmetic)")
    }

    @Test(
        "represent every weight as well as whole pods can",
        arguments: [
            (4, 25, 1, 3), (4, 50, 2, 2), (10, 1, 1, 10), (3, 50, 2, 2), (2, 99, 3, 0),
        ])
    func approximation(size: Int, weight: Int, canary: Int, stable: Int) {
        let counts = BasicCanary(
            size: size, weight: weight, surge: 1, unavailable: 0, canary: nil,
            stable: .init(asked: size, available: size)
        ).approximation
        #expect(counts == .init(canary: canary, stable: stable))
    }
}
