import ELBModel
import RequestRouting
import Testing

@Suite("Routing that AWS does not document, or leaves to the application") struct ChoiceTests {
    @Test func `an unhealthy target keeps its client in fail-open unless chosen otherwise`() throws {
        var router = makeRouter()
        var view = configuration(
            only(groupA), groups: [group(groupA, 1...5, stickiness: .balancerCookie(durationSeconds: 60))])
        let first = try #require(router.send(view)?.forwarded)
        let mine = get("/", [HeaderField("Cookie", try cookie(first, "AWSALB"))])
        for index in 0..<5 { view.targetGroups[groupA]?.targets[index].state = .unhealthy }
        var seen: Set<TargetAddress> = []
        for _ in 0..<10 { seen.insert(try #require(router.send(mine, view)?.forwarded).target) }
        #expect(seen == [first.target])
        view.settings.choices.stickinessHoldsInFailOpen = false
        for _ in 0..<10 { seen.insert(try #require(router.send(mine, view)?.forwarded).target) }
        #expect(seen.count == 5)
    }

    @Test func `a group without targets keeps its clients unless chosen otherwise`() throws {
        var router = makeRouter()
        let first = try #require(router.send(configuration(weights(0, 1, sticky: 60)))?.forwarded)
        let mine = get("/", [HeaderField("Cookie", try cookie(first, "AWSALBTG"))])
        var view = configuration(weights(1, 1, sticky: 60))
        view.targetGroups[groupB]?.targets = []
        #expect(router.send(mine, view)?.answer?.status == 503)
        view.settings.choices.stickinessOutlivesTargets = false
        var statuses: Set<Int> = []
        for _ in 0..<40 {
            let decision = router.send(mine, view)
            statuses.insert(decision?.answer?.status ?? 200)
        }
        #expect(statuses == [200, 503])
    }

    @Test func `weights of zero are 503, or shared evenly when so chosen`() {
        var router = makeRouter()
        var view = configuration(weights(0, 0))
        #expect(router.send(view)?.answer?.status == 503)
        view.settings.choices.usesWeightZeroAlone = true
        #expect(Set((0..<40).map { _ in router.send(view)?.forwarded?.targetGroup }) == [groupA, groupB])
    }

    @Test func `requests dealt out in turn have exactly the shares of the weights`() {
        var router = makeRouter()
        var view = configuration(weights(9, 1))
        view.settings.choices.sharesInTurn = true
        let groups = (0..<100).map { _ in router.send(view)?.forwarded?.targetGroup }
        #expect(groups.count { $0 == groupB } == 10)
        #expect(groups.prefix(10).count { $0 == groupB } == 1)
    }

    @Test func `an application's cookie binds a client once the application has set it`() throws {
        var router = makeRouter()
        let view = configuration(
            only(groupA),
            groups: [group(groupA, 1...5, stickiness: .applicationCookie(name: "SESSION", durationSeconds: 60))])
        let first = try #require(router.send(view)?.forwarded)
        #expect(first.headers(forAnswerSetting: ["OTHER=1"]).isEmpty)
        let set = first.headers(forAnswerSetting: ["SESSION=1; Path=/"])
        #expect(set.count == 1)
        let value = try #require(set.first?.value.split(separator: ";").first)
        let mine = get("/", [HeaderField("Cookie", String(value))])
        for _ in 0..<10 {
            let again = try #require(router.send(mine, view)?.forwarded)
            #expect(again.target == first.target)
            #expect(again.headers(forAnswerSetting: []).count == 1)
            #expect(again.headers(forAnswerSetting: ["SESSION=2"]).count == 1)
        }
        #expect(router.send(mine, view, after: 61)?.forwarded?.responseHeaders.isEmpty == true)
    }

    @Test func `a target in slow start gets the share of the time that has passed`() {
        var router = makeRouter()
        var view = configuration(only(groupA), groups: [group(groupA, 1...2)])
        view.targetGroups[groupA]?.slowStartSeconds = 100
        view.targetGroups[groupA]?.targets[1].slowStartSince = start
        func count(after seconds: Int64) -> Int {
            (0..<400).count { _ in router.send(get(), view, after: seconds)?.forwarded?.target.host == "10.0.0.2" }
        }
        let counts = [count(after: 1), count(after: 50), count(after: 100)]
        #expect(counts[0] < 20)
        #expect((80...180).contains(counts[1]))
        #expect(counts[2] == 200)
    }

    @Test func `a zonal group has the targets of the node's zone and of none`() {
        var router = makeRouter()
        var view = configuration(only(groupA), groups: [group(groupA, 1...3)])
        view.zone = "a"
        view.targetGroups[groupA]?.targets[0].zone = "a"
        view.targetGroups[groupA]?.targets[1].zone = "b"
        func hosts() -> Set<String?> { Set((0..<12).map { _ in router.send(view)?.forwarded?.target.host }) }
        #expect(hosts() == ["10.0.0.1", "10.0.0.2", "10.0.0.3"])
        view.targetGroups[groupA]?.isZonal = true
        #expect(hosts() == ["10.0.0.1", "10.0.0.3"])
    }

    private func cookie(_ decision: ForwardDecision, _ name: String) throws -> String {
        let field = try #require(decision.responseHeaders.first { $0.value.hasPrefix("\(name)=") })
        return String(try #require(field.value.split(separator: ";").first))
    }
}
