import ClusterPlanning
import KubernetesModel
import Testing

@Suite("Pod deletion order") struct PodDeletionOrderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var rule: String
        var first: PodFixture
        var firstRank = 0
        var second: PodFixture
        var secondRank = 0
        var testDescription: String { rule }
    }

    /// In each case everything that is compared later speaks for the other pod.
    static let cases: [Case] = [
        Case(
            rule: "unassigned before assigned",
            first: PodFixture(name: "b", node: "", readyAt: 0, cost: "9"),
            second: PodFixture(name: "a", phase: "Pending", cost: "-9")),
        Case(
            rule: "Pending before Unknown", first: PodFixture(name: "b", phase: "Pending", readyAt: 0),
            second: PodFixture(name: "a", phase: "Unknown")),
        Case(
            rule: "Unknown before Running", first: PodFixture(name: "b", phase: "Unknown", readyAt: 0),
            second: PodFixture(name: "a")),
        Case(
            rule: "not ready before ready", first: PodFixture(name: "b", cost: "100"),
            second: PodFixture(name: "a", readyAt: 0, cost: "-100")),
        Case(
            rule: "lower deletion cost first",
            first: PodFixture(name: "b", readyAt: 0, cost: "-2"), firstRank: 0,
            second: PodFixture(name: "a", readyAt: 9), secondRank: 5),
        Case(
            rule: "an unreadable deletion cost is 0",
            first: PodFixture(name: "b", readyAt: 0, cost: "+5"),
            second: PodFixture(name: "a", readyAt: 9, cost: "1")),
        Case(
            rule: "doubled-up on a node first", first: PodFixture(name: "b", readyAt: 0), firstRank: 2,
            second: PodFixture(name: "a", readyAt: 9, restarts: 5), secondRank: 1),
        Case(
            rule: "ready for a shorter time first", first: PodFixture(name: "b", readyAt: 9),
            second: PodFixture(name: "a", readyAt: 5, createdAt: 5, restarts: 5)),
        Case(
            rule: "more restarts first", first: PodFixture(name: "b", readyAt: 5, restarts: 2),
            second: PodFixture(name: "a", readyAt: 5, createdAt: 9, restarts: 1)),
        Case(
            rule: "younger first", first: PodFixture(name: "b", readyAt: 5, createdAt: 4),
            second: PodFixture(name: "a", readyAt: 5, createdAt: 3)),
        Case(rule: "equal ones by name", first: PodFixture(name: "a"), second: PodFixture(name: "b")),
    ]

    @Test(arguments: cases, [false, true])
    func `the first pod of the pair goes first whatever the input order`(_ test: Case, reversed: Bool) {
        let first = PodDeletionOrder.Candidate(pod: PodView(test.first.object), rank: test.firstRank)
        let second = PodDeletionOrder.Candidate(pod: PodView(test.second.object), rank: test.secondRank)
        let sorted = PodDeletionOrder().sorted(reversed ? [second, first] : [first, second])
        #expect(sorted.map(\.pod.object.name) == [test.first.name, test.second.name])
    }

    @Test(arguments: [("a", 3.0, "b", 3.5, "a"), ("a", 1.0, "b", 9.0, "b")])
    func `logarithmic ages of one power of two are decided by the uid`(
        _ left: String, _ leftReady: Double, _ right: String, _ rightReady: Double, _ expected: String
    ) {
        let order = PodDeletionOrder(ages: .logarithmic(now: after(10)))
        let pods = [PodFixture(name: left, readyAt: leftReady), PodFixture(name: right, readyAt: rightReady)]
        let sorted = order.sorted(pods.map { PodDeletionOrder.Candidate(pod: PodView($0.object)) })
        #expect(sorted.first?.pod.object.name == expected)
    }
}
