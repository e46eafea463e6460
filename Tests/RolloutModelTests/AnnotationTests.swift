import JSON
import KubernetesModel
import RolloutModel
import Testing

@Suite("ALB annotations") struct AnnotationTests {
    private let action = ForwardActionText(destinations: [
        .init(serviceName: "web-canary", servicePort: 80, weight: 10),
        .init(serviceName: "web-stable", servicePort: 80, weight: 90),
    ])

    @Test("carry the action to the byte") func bytes() {
        let expected =
            #"{"Type":"forward","ForwardConfig":{"TargetGroups":["#
            + #"{"ServiceName":"web-canary","ServicePort":"80","Weight":10},"#
            + #"{"ServiceName":"web-stable","ServicePort":"80","Weight":90}]}}"#
        #expect(action.text == expected)
    }

    @Test("carry stickiness after the target groups") func stickiness() {
        var sticky = action
        sticky.stickinessSeconds = 3600
        #expect(
            sticky.text.hasSuffix(
                #""Weight":90}],"TargetGroupStickinessConfig":{"Enabled":true,"DurationSeconds":3600}}}"#))
        #expect(ForwardActionText(parsing: sticky.text) == sticky)
    }

    @Test("are read with keys in any case and ports as numbers or strings") func reading() {
        let text =
            #"{"type":"forward","forwardConfig":{"targetGroups":["#
            + #"{"serviceName":"web-canary","servicePort":80,"weight":10},"#
            + #"{"serviceName":"web-stable","servicePort":"80","weight":90}]}}"#
        #expect(ForwardActionText(parsing: text) == action)
        #expect(ForwardActionText(parsing: "{") == nil)
        #expect(ForwardActionText(parsing: #"{"type":"redirect"}"#) == nil)
    }

    @Test("list what each Rollout manages, sorted by name, keys in the order they came") func bookkeeping() throws {
        var managed = try ManagedAnnotations(parsing: #"{"zeta":["k"],"shop":["b","a"]}"#)
        managed.add("a", for: "shop")
        managed.add("c", for: "shop")
        managed.add("x", for: "new")
        #expect(managed.text == #"{"new":["x"],"shop":["b","a","c"],"zeta":["k"]}"#)
    }

    @Test("that are no bookkeeping are refused with the reason", arguments: ["{", "[]", #"{"a":"b"}"#])
    func malformed(text: String) {
        #expect(throws: ManagedAnnotations.Malformed.self) { try ManagedAnnotations(parsing: text) }
    }
}

@Suite("The confirmed record") struct ConfirmedRecordTests {
    @Test("survives being written and read") func roundTrip() throws {
        var record = ConfirmedRecord()
        #expect(record.text == nil)
        record.weight = .init(canary: 25, since: Timestamp(microseconds: 1_767_225_600_250_000))
        record.zero["web/stable"] = .init(since: Timestamp(seconds: 1_767_225_600))
        record.zero["web/canary"] = .init(
            since: Timestamp(seconds: 1_767_225_601), unsticky: Timestamp(seconds: 1_767_225_602))
        record.apart["abc"] = Timestamp(seconds: 1_767_225_603)
        record.written["web"] = Timestamp(seconds: 1_767_225_604)
        let text = try #require(record.text)
        #expect(ConfirmedRecord(parsing: text) == record)
    }

    @Test(
        "that cannot be read confirms nothing",
        arguments: [nil, "", "{", #"{"version":2,"apart":{"a":"2026-01-01T00:00:00Z"}}"#])
    func unreadable(text: String?) {
        #expect(ConfirmedRecord(parsing: text) == ConfirmedRecord())
    }
}
