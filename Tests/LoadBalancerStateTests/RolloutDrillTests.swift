import ELBModel
import KubernetesModel
import LoadBalancerState
import RequestRouting
import Testing

/// A load balancer under constant traffic: a request every 20 ms to each of two nodes, pods that answer while they live.
private struct Drill {
    var service: Service
    let balancer: LoadBalancerARN
    let stable: TargetGroupARN
    let canary: TargetGroupARN
    let rule: RuleARN
    var routers: [RequestRouter]
    var livePods: Set<String> = []
    var statuses: [Int: Int] = [:]

    init(seed: UInt64) throws {
        service = Service(seed: seed) {
            $0.propagationDelay = .zero ... .seconds(2)
            $0.deregistrationDelaySeconds = 5
        }
        balancer = try service.makeLoadBalancer()
        stable = try service.makeGroup("stable", check: .init(intervalSeconds: 5, timeoutSeconds: 2))
        canary = try service.makeGroup("canary", check: .init(intervalSeconds: 5, timeoutSeconds: 2))
        let listener = try service.makeListener(on: balancer)
        rule = try service.makeRule(listener, 1, "/*", forward([(stable, 100), (canary, 0)]))
        routers = (0..<2).map { RequestRouter(seed: seed &+ $0, cookieKey: CookieKey(seed: seed)) }
        try add("10.0.0.1", "10.0.0.2", to: stable)
        run(.seconds(10), counting: false)
    }

    mutating func add(_ pods: String..., to group: TargetGroupARN) throws {
        for pod in pods {
            livePods.insert(pod)
            try service.register(pod, in: group)
        }
    }

    mutating func weigh(_ one: Int, _ two: Int) throws {
        try service.call(.modifyRule(.init(arn: rule, actions: [forward([(stable, one), (canary, two)])])))
    }

    mutating func kill(_ pods: String...) { livePods.subtract(pods) }

    mutating func run(_ duration: Duration, counting: Bool = true) {
        let end = service.now.advanced(by: duration)
        while service.now < end {
            service.wait(.milliseconds(20))
            for probe in service.state.healthChecksDue(now: service.now) {
                let result: HealthCheckResult = livePods.contains(probe.address.host) ? .status(200) : .failed
                service.state.record(result, for: probe, now: service.now)
            }
            for node in 0..<2 where counting { statuses[send(node), default: 0] += 1 }
        }
    }

    private mutating func send(_ node: Int) -> Int {
        guard let view = service.state.dataPlane(of: balancer, node: node, now: service.now),
            let decision = routers[node].route(
                RequestHead(method: "GET", target: "/"), listenerPort: 80, in: view,
                nowSeconds: service.now.secondsSinceEpoch)
        else { return 0 }
        switch decision.outcome {
        case .respond(let answer): return answer.status
        case .forward(let forward): return livePods.contains(forward.target.host) ? 200 : 502
        }
    }
}

@Suite("A canary by hand") struct RolloutDrillTests {
    @Test("in the right order no request fails", arguments: UInt64(1)...10)
    func rightOrder(seed: UInt64) throws {
        var drill = try Drill(seed: seed)
        try drill.add("10.0.0.3", "10.0.0.4", to: drill.canary)
        drill.run(.seconds(5))
        for (one, two) in [(90, 10), (50, 50), (0, 100)] {
            try drill.weigh(one, two)
            drill.run(.seconds(4))
        }
        try drill.service.deregister("10.0.0.1", "10.0.0.2", in: drill.stable)
        drill.run(.seconds(8))
        drill.kill("10.0.0.1", "10.0.0.2")
        drill.run(.seconds(10))
        #expect(Array(drill.statuses.keys) == [200])
        #expect((drill.statuses[200] ?? 0) > 3000)
    }

    @Test("weight before a healthy target fails with 503", arguments: UInt64(1)...3)
    func weightFirst(seed: UInt64) throws {
        var drill = try Drill(seed: seed)
        try drill.weigh(50, 50)
        drill.run(.seconds(5))
        try drill.add("10.0.0.3", to: drill.canary)
        drill.run(.seconds(10))
        #expect((drill.statuses[503] ?? 0) > 50)
    }

    @Test("pods removed before the weight arrived everywhere fail", arguments: UInt64(1)...3)
    func podsFirst(seed: UInt64) throws {
        var drill = try Drill(seed: seed)
        try drill.add("10.0.0.3", to: drill.canary)
        drill.run(.seconds(5))
        try drill.weigh(0, 100)
        drill.kill("10.0.0.1", "10.0.0.2")
        drill.run(.seconds(10))
        #expect((drill.statuses[502] ?? 0) > 0)
    }
}
