import ELBModel
import RequestRouting
import Testing

@Suite("Forwarding to weighted groups") struct ForwardTests {
    @Test(
        "each group gets its share within four standard deviations",
        arguments: [(90, 10), (50, 50), (1, 999), (100, 0)])
    func shares(a: Int, b: Int) {
        var router = makeRouter()
        let view = configuration(weights(a, b))
        let count = 20_000
        let hits = (0..<count).count { _ in router.send(view)?.forwarded?.targetGroup == groupB }
        let share = Double(b) / Double(a + b)
        let allowed = 4 * (Double(count) * share * (1 - share)).squareRoot()
        #expect(abs(Double(hits) - Double(count) * share) <= allowed)
        if b == 0 { #expect(hits == 0) }
    }

    @Test func `an empty group keeps its share and answers 503`() {
        var router = makeRouter()
        let empty = TargetGroupConfiguration(arn: groupB)
        let view = configuration(weights(50, 50), groups: [group(groupA, 1...1), empty])
        let decisions = (0..<1000).compactMap { _ in router.send(view) }
        let refused = decisions.compactMap(\.answer)
        #expect((400...600).contains(refused.count))
        #expect(refused.allSatisfy { $0.status == 503 })
        #expect(decisions.compactMap(\.forwarded).allSatisfy { $0.targetGroup == groupA })
    }

    @Test func `all weights zero is 503`() {
        var router = makeRouter()
        #expect(router.send(configuration(weights(0, 0)))?.answer?.status == 503)
    }

    @Test func `the page of a 503 is the load balancer's to the byte`() {
        let page = GeneratedResponse.page(503)
        #expect(page.body.utf8.count == 162)
        #expect(
            page.body.hasPrefix(
                "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n"))
        #expect(page.headers == [HeaderField("Server", "awselb/2.0"), HeaderField("Content-Type", "text/html")])
        #expect(GeneratedResponse.page(502).body.utf8.count == 122)
        #expect(GeneratedResponse.page(504).body.utf8.count == 132)
    }

    @Test func `targets take turns and unhealthy, initial and draining ones get nothing`() {
        var router = makeRouter()
        var mixed = group(groupA, 1...5)
        mixed.targets[0].state = .unhealthy
        mixed.targets[2].state = .draining
        mixed.targets[4].state = .initial
        let view = configuration(only(groupA), groups: [mixed])
        let hosts = (0..<6).compactMap { _ in router.send(view)?.forwarded?.target.host }
        #expect(hosts == ["10.0.0.2", "10.0.0.4", "10.0.0.2", "10.0.0.4", "10.0.0.2", "10.0.0.4"])
    }

    @Test func `when all are unhealthy any is used, but never a draining one`() {
        var router = makeRouter()
        var bad = group(groupA, 1...3, .unhealthy)
        bad.targets[1].state = .draining
        let view = configuration(only(groupA), groups: [bad])
        let decisions = (0..<4).compactMap { _ in router.send(view)?.forwarded }
        #expect(decisions.map(\.target.host) == ["10.0.0.1", "10.0.0.3", "10.0.0.1", "10.0.0.3"])
        #expect(decisions.allSatisfy { $0.isFailOpen })
    }

    @Test("only targets that cannot serve is 503", arguments: [RoutableTarget.State.draining, .initial])
    func unusable(state: RoutableTarget.State) {
        var router = makeRouter()
        let view = configuration(only(groupA), groups: [group(groupA, 1...2, state)])
        #expect(router.send(view)?.answer?.status == 503)
    }

    @Test func `unchecked targets are used when that is chosen`() {
        var router = makeRouter()
        var view = configuration(only(groupA), groups: [group(groupA, 1...1, .initial)])
        view.settings.choices.usesInitialTargets = true
        #expect(router.send(view)?.forwarded?.target.host == "10.0.0.1")
    }

    @Test func `too few healthy targets make all eligible`() {
        var router = makeRouter()
        var half = group(groupA, 1...2)
        half.targets[1].state = .unhealthy
        half.healthyPercentMin = 60
        let view = configuration(only(groupA), groups: [half])
        let hosts = Set((0..<4).compactMap { _ in router.send(view)?.forwarded?.target.host })
        #expect(hosts == ["10.0.0.1", "10.0.0.2"])
    }

    @Test func `the fewest open requests win when asked for`() {
        var router = makeRouter()
        var view = configuration(only(groupA), groups: [group(groupA, 1...2)])
        view.targetGroups[groupA]?.algorithm = .leastOutstandingRequests
        let first = router.send(view)?.forwarded?.target
        let second = router.send(view)?.forwarded?.target
        #expect(first != second)
        if let first { router.finished(first) }
        #expect(router.send(view)?.forwarded?.target == first)
    }

    @Test func `equal seeds decide equally`() {
        var one = makeRouter(seed: 5)
        var two = makeRouter(seed: 5)
        let view = configuration(weights(50, 50))
        let decisions = (0..<100).map { _ in (one.send(view), two.send(view)) }
        #expect(decisions.count { $0.0 == $0.1 } == 100)
    }

    @Test func `a port without listener is not routed`() {
        var router = makeRouter()
        #expect(router.send(configuration(weights(1, 1)), port: 81) == nil)
    }
}
