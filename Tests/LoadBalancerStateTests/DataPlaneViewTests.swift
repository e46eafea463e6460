import ELBModel
import KubernetesModel
import LoadBalancerState
import RequestRouting
import Testing

@Suite("What the nodes know") struct DataPlaneViewTests {
    static func weights(_ view: DataPlaneConfiguration?) -> String {
        view?.listeners.first?.rules.first?.actions.first?.description ?? "nothing"
    }

    struct World {
        var service: Service
        let balancer: LoadBalancerARN
        let a: TargetGroupARN
        let b: TargetGroupARN
        let rule: RuleARN

        init(_ range: ClosedRange<Duration>, seed: UInt64 = 1) throws {
            service = Service(seed: seed) { $0.propagationDelay = range }
            balancer = try service.makeLoadBalancer()
            a = try service.makeGroup("a")
            b = try service.makeGroup("b")
            let listener = try service.makeListener(on: balancer)
            rule = try service.makeRule(listener, 1, "/*", forward([(a, 100), (b, 0)]))
            service.wait(.seconds(60))
        }

        mutating func set(_ one: Int, _ two: Int) throws {
            try service.call(.modifyRule(.init(arn: rule, actions: [forward([(a, one), (b, two)])])))
        }

        func weights(node: Int = 0) -> String {
            DataPlaneViewTests.weights(service.state.dataPlane(of: balancer, node: node, now: service.now))
        }
    }

    @Test func `a change is described at once and arrives after the delay`() throws {
        var world = try World(.seconds(2) ... .seconds(2))
        #expect(world.weights() == "forward a=100 b=0")
        try world.set(90, 10)
        let described = try world.service.call(.describeRules(.init(ruleARNs: [world.rule]))).ruleList[0]
        #expect(described.actions.map(\.description) == ["forward a=90 b=10"])
        world.service.wait(.milliseconds(1999))
        #expect(world.weights() == "forward a=100 b=0")
        world.service.wait(.milliseconds(1))
        #expect(world.weights() == "forward a=90 b=10")
    }

    @Test func `nodes may disagree for a while but see every change in order`() throws {
        var sawDisagreement = false
        for seed in UInt64(1)...20 {
            var world = try World(.zero ... .seconds(2), seed: seed)
            var versions: [UInt64] = [0, 0]
            for step in 1...10 {
                try world.set(100 - step, step)
                for _ in 0..<5 {
                    world.service.wait(.milliseconds(100))
                    for node in 0..<2 {
                        let view = world.service.state.dataPlane(of: world.balancer, node: node, now: world.service.now)
                        let version = try #require(view?.version)
                        #expect(version >= versions[node])
                        versions[node] = version
                    }
                    if world.weights(node: 0) != world.weights(node: 1) { sawDisagreement = true }
                }
            }
            world.service.wait(.seconds(2))
            #expect(world.weights(node: 0) == "forward a=90 b=10")
            #expect(world.weights(node: 1) == "forward a=90 b=10")
        }
        #expect(sawDisagreement)
    }

    @Test func `the next wake leads to every arrival without missing one`() throws {
        var world = try World(.milliseconds(10) ... .seconds(3))
        try world.set(50, 50)
        var arrivals = 0
        var last = world.weights(node: 0) + world.weights(node: 1)
        while let wake = world.service.state.nextWake(after: world.service.now),
            wake < start.advanced(by: .seconds(70))
        {
            let before = Timestamp(microseconds: wake.microseconds - 1)
            let view = (0..<2).map {
                DataPlaneViewTests.weights(world.service.state.dataPlane(of: world.balancer, node: $0, now: before))
            }
            #expect(view.joined() == last)
            world.service.now = wake
            world.service.state.advance(to: wake)
            last = world.weights(node: 0) + world.weights(node: 1)
            arrivals += 1
        }
        #expect(arrivals == 2)
        #expect(last == "forward a=50 b=50forward a=50 b=50")
    }

    @Test func `an unchanged call sends nothing`() throws {
        var world = try World(.zero ... .zero)
        let before = world.service.state.dataPlane(of: world.balancer, node: 0, now: world.service.now)
        try world.set(100, 0)
        try world.service.call(.addTags(.init(resourceARNs: [world.rule.rawValue], tags: [.init(key: "a")])))
        #expect(world.service.state.dataPlane(of: world.balancer, node: 0, now: world.service.now) == before)
    }

    @Test func `a load balancer serves only when active and not after its deletion`() throws {
        var service = Service { $0.provisioningDelay = .seconds(5) }
        let balancer = try service.makeLoadBalancer()
        _ = try service.makeListener(on: balancer)
        #expect(service.state.dataPlane(of: balancer, node: 0, now: service.now) == nil)
        service.wait(.seconds(5))
        #expect(service.state.dataPlane(of: balancer, node: 1, now: service.now)?.listeners.map(\.port) == [80])
        try service.call(.deleteLoadBalancer(.init(arn: balancer)))
        #expect(service.state.dataPlane(of: balancer, node: 0, now: service.now) == nil)
    }

    @Test func `attributes reach the nodes`() throws {
        var world = try World(.zero ... .zero)
        let settings = [
            Attribute(key: "idle_timeout.timeout_seconds", value: "7"),
            Attribute(key: "routing.http.xff_header_processing.mode", value: "remove"),
        ]
        try world.service.call(.modifyLoadBalancerAttributes(.init(arn: world.balancer, attributes: settings)))
        let sticky = [Attribute(key: "stickiness.enabled", value: "true")]
        try world.service.call(.modifyTargetGroupAttributes(.init(arn: world.b, attributes: sticky)))
        let view = try #require(world.service.state.dataPlane(of: world.balancer, node: 0, now: world.service.now))
        #expect(view.settings.idleTimeoutSeconds == 7)
        #expect(view.settings.forwardedFor == .remove)
        #expect(view.targetGroups[world.b]?.stickiness == .balancerCookie(durationSeconds: 86400))
    }

    @Test func `requests follow the view: shares, empty group, draining target`() throws {
        var world = try World(.zero ... .zero)
        try world.service.register("10.0.0.1", "10.0.0.2", in: world.a)
        world.service.wait(.seconds(1))
        world.service.check()
        try world.set(90, 10)
        try world.service.deregister("10.0.0.1", in: world.a)
        let view = try #require(world.service.state.dataPlane(of: world.balancer, node: 0, now: world.service.now))
        var router = RequestRouter(seed: 1, cookieKey: CookieKey(seed: 1))
        var hosts: [String: Int] = [:]
        for _ in 0..<1000 {
            let head = RequestHead(method: "GET", target: "/any")
            switch router.route(head, listenerPort: 80, in: view, nowSeconds: 0)?.outcome {
            case .forward(let decision): hosts[decision.target.host, default: 0] += 1
            case .respond(let answer): hosts["\(answer.status)", default: 0] += 1
            case nil: break
            }
        }
        #expect(Set(hosts.keys) == ["10.0.0.2", "503"])
        #expect((60...140).contains(hosts["503"] ?? 0))
    }
}
