import ControllerRuntime
import KubernetesModel
import Testing

@Suite("Event correlator") struct EventCorrelatorTests {
    private let start = Timestamp(seconds: 1_700_000_000)

    private func event(_ message: String, of name: String = "web", reason: String = "FailedDeployModel") -> EventRecord
    {
        EventRecord(
            kind: .ingress, key: ObjectKey(namespace: "shop", name: name), uid: "u-\(name)", severity: .warning,
            reason: reason, message: message)
    }

    /// What becomes of an Event that was created under the name `e`.
    private func recorded(
        _ correlator: inout EventCorrelator, _ event: EventRecord, at seconds: Int64
    ) -> EventCorrelator.Step {
        let step = correlator.admit(event, now: start.advanced(by: .seconds(seconds)))
        if case .create(_, _, _, let identity) = step {
            correlator.created(identity, as: ObjectKey(namespace: "shop", name: "e"))
        }
        return step
    }

    @Test("the same Event again raises the count of the first") func counts() {
        var correlator = EventCorrelator()
        guard case .create(let record, let count, let first, _) = recorded(&correlator, event("no"), at: 0) else {
            Issue.record("not created")
            return
        }
        #expect(record == event("no"))
        #expect(count == 1)
        #expect(first == start)
        guard case .raise(let key, let raised, let message, _) = recorded(&correlator, event("no"), at: 5) else {
            Issue.record("not raised")
            return
        }
        #expect(key.name == "e")
        #expect(raised == 2)
        #expect(message == "no")
    }

    @Test("an Event every five seconds is written 25 times, then once in five minutes, with all of them counted")
    func limits() throws {
        var correlator = EventCorrelator()
        var writes: [Int64] = []
        var last = 0
        for second in stride(from: Int64(0), to: 3_600, by: 5) {
            switch recorded(&correlator, event("no"), at: second) {
            case .drop: break
            case .create: writes.append(second)
            case .raise(_, let count, _, _):
                writes.append(second)
                last = count
            }
        }
        let early = writes.filter { $0 < 125 }
        #expect(early.count == 25)
        let late = writes.filter { $0 >= 125 }
        #expect((10...12).contains(late.count), "\(late)")
        let final = try #require(writes.last)
        #expect(last == Int(final / 5) + 1)
    }

    @Test("one object's flood leaves others their budget") func perObject() {
        var correlator = EventCorrelator()
        for second in 0..<100 { _ = recorded(&correlator, event("no"), at: Int64(second)) }
        #expect(recorded(&correlator, event("no"), at: 100) == .drop)
        if case .drop = recorded(&correlator, event("no", of: "other"), at: 100) { Issue.record("dropped") }
    }

    @Test("the steps of an update leave warnings their budget, and the other way round") func severities() {
        var correlator = EventCorrelator()
        for number in 0..<30 {
            var step = event("step", reason: "Step\(number)")
            step.severity = .normal
            let isDropped = recorded(&correlator, step, at: 0) == .drop
            #expect(isDropped == (number >= 25))
        }
        for number in 0..<30 {
            let isDropped = recorded(&correlator, event("trouble", reason: "Trouble\(number)"), at: 0) == .drop
            #expect(isDropped == (number >= 25))
        }
    }

    @Test("many messages of one reason become one Event") func combines() {
        var correlator = EventCorrelator()
        var messages: [String] = []
        for number in 1...12 {
            switch recorded(&correlator, event("no \(number)"), at: Int64(number)) {
            case .create(let record, _, _, _): messages.append(record.message)
            case .raise(_, let count, let message, _): messages.append("\(count) \(message)")
            case .drop: messages.append("-")
            }
        }
        #expect(Array(messages[..<9]) == (1...9).map { "no \($0)" })
        #expect(messages[9] == "(combined from similar events): no 10")
        #expect(messages[10] == "2 (combined from similar events): no 11")
    }

    @Test("what is long ago is not similar") func window() {
        var correlator = EventCorrelator()
        for number in 1...9 { _ = recorded(&correlator, event("no \(number)"), at: Int64(number)) }
        guard case .create(let record, _, _, _) = recorded(&correlator, event("no 10"), at: 700) else {
            Issue.record("not created")
            return
        }
        #expect(record.message == "no 10")
    }

    @Test("an Event that the server forgot starts again at one") func vanished() {
        var correlator = EventCorrelator()
        _ = recorded(&correlator, event("no"), at: 0)
        guard case .raise(_, _, _, let identity) = recorded(&correlator, event("no"), at: 1) else {
            Issue.record("not raised")
            return
        }
        correlator.vanished(identity)
        guard case .create(_, let count, _, _) = recorded(&correlator, event("no"), at: 2) else {
            Issue.record("not created")
            return
        }
        #expect(count == 1)
    }

    @Test("memory is bounded, whatever comes") func bounded() {
        var limits = EventCorrelator.Limits()
        limits.capacity = 100
        var correlator = EventCorrelator(limits: limits)
        for number in 0..<10_000 { _ = recorded(&correlator, event("no", of: "web-\(number)"), at: Int64(number)) }
        #expect(correlator.rememberedCount <= 300)
        #expect(correlator.rememberedCount >= 150)
    }

    @Test("what is used stays") func recent() {
        var values = RecentlyUsed<Int, Int>(capacity: 10)
        for number in 0..<100 {
            values[number] = number
            #expect(values[0] == 0)
        }
        #expect(values[99] == 99)
        #expect(values[50] == nil)
        #expect(values.count <= 10)
    }
}
