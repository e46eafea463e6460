import ELBModel
import LoadBalancerState
import NIOCore
import NIOHTTP1
import RequestRouting
import Testing

@testable import ALBDataPlane

@Suite("Following the API", .timeLimit(.minutes(1)))
struct ALBDataPlaneTests {
    @Test func `a listener serves as soon as its targets are healthy, and stops when it is deleted`() async throws {
        let target = try await TestTarget { _ in .answer(body: "pod") }
        try await PlaneHarness.run { harness in
            let group = try harness.makeGroup("web", [target])
            let balancer = try harness.makeBalancer("shop")
            let listener = try harness.makeListener(balancer, port: 18_080, [(group, 1)])
            let address = try #require(try await harness.address(of: listener))
            #expect(address.port == 18_080)
            #expect(try await harness.eventually { try harness.health(group).values.contains(.healthy) })
            #expect(target.requests.first?.head.uri == "/live")
            #expect(target.requests.first?.head.headers["host"] == ["10.244.0.1:8080"])
            let answer = try await harness.get(address)
            #expect(answer.status == 200 && answer.body == "pod")
            let pod = TargetAddress(host: "10.244.0.1", port: 8080)
            #expect(harness.log.traffic(to: pod)?.requests == 1)

            _ = try harness.store.call(.deleteListener(.init(arn: listener)))
            #expect(try await harness.eventually { harness.plane.served.first?.listeners.isEmpty == true })
            await #expect(throws: (any Error).self) { _ = try await harness.get(address) }
        }
    }

    @Test func `two load balancers have the same port on addresses of their own`() async throws {
        try await PlaneHarness.run { harness in
            let first = try harness.makeListener(
                try harness.makeBalancer("a"), port: 18_081, [(try harness.makeGroup("a"), 1)])
            let second = try harness.makeListener(
                try harness.makeBalancer("b"), port: 18_081, [(try harness.makeGroup("b"), 1)])
            let one = try #require(try await harness.address(of: first))
            let two = try #require(try await harness.address(of: second))
            #expect(one != two)
            #expect(try await harness.get(one).status == 503)
            #expect(try await harness.get(two).status == 503)
        }
    }

    @Test func `new weights take effect only after the propagation delay`() async throws {
        let stable = try await TestTarget { _ in .answer(body: "stable") }
        let canary = try await TestTarget { _ in .answer(body: "canary") }
        try await PlaneHarness.run(propagation: .milliseconds(500) ... .milliseconds(500)) { harness in
            let groups = [try harness.makeGroup("stable", [stable]), try harness.makeGroup("canary", [canary])]
            let balancer = try harness.makeBalancer("lag")
            let listener = try harness.makeListener(balancer, port: 18_082, [(groups[0], 1), (groups[1], 0)])
            let address = try #require(try await harness.address(of: listener))
            #expect(try await harness.eventually { try harness.health(groups[1]).values.contains(.healthy) })
            try await Task.sleep(for: .milliseconds(600))
            #expect(try await harness.get(address).body == "stable")

            let action = PlaneHarness.action([(groups[0], 0), (groups[1], 1)])
            _ = try harness.store.call(.modifyListener(.init(arn: listener, defaultActions: [action])))
            #expect(try await harness.get(address).body == "stable")
            try await Task.sleep(for: .milliseconds(700))
            for _ in 0..<20 {
                let answer = try await harness.get(address)
                #expect(answer.body == "canary")
            }
        }
    }

    @Test func `a canary from 0 to 100 and the removal of the old pods lose no request`() async throws {
        let stable = try await TestTarget { _ in .answer(body: "stable", after: .milliseconds(5)) }
        let canary = try await TestTarget { _ in .answer(body: "canary", after: .milliseconds(5)) }
        try await PlaneHarness.run(propagation: .zero ... .milliseconds(200)) { harness in
            let old = try harness.makeGroup("old", [stable])
            let new = try harness.makeGroup("new", [canary])
            let balancer = try harness.makeBalancer("drill")
            let listener = try harness.makeListener(balancer, port: 18_083, [(old, 100), (new, 0)])
            let address = try #require(try await harness.address(of: listener))
            #expect(
                try await harness.eventually {
                    let states = Array(try harness.health(old).values) + Array(try harness.health(new).values)
                    return states == [.healthy, .healthy]
                })
            try await Task.sleep(for: .milliseconds(300))
            let failures = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var failed = 0
                        for _ in 0..<150 {
                            if try await harness.get(address).status != 200 { failed += 1 }
                            try await Task.sleep(for: .milliseconds(5))
                        }
                        return failed
                    }
                }
                for weight in [10, 50, 100] {
                    try await Task.sleep(for: .milliseconds(250))
                    let action = PlaneHarness.action([(old, 100 - weight), (new, weight)])
                    _ = try harness.store.call(.modifyListener(.init(arn: listener, defaultActions: [action])))
                }
                try await Task.sleep(for: .milliseconds(400))
                _ = try harness.store.call(
                    .deregisterTargets(
                        .init(targetGroupARN: old, targets: [Target(id: "10.244.0.1", port: 8080)])))
                return try await group.reduce(0, +)
            }
            #expect(failures == 0)
            #expect(try await harness.get(address).body == "canary")
            #expect(harness.log.requestsByStatus[200] == 601)
        }
    }

    @Test func `an HTTPS listener is named as not served`() async throws {
        try await PlaneHarness.run { harness in
            let group = try harness.makeGroup("tls")
            let balancer = try harness.makeBalancer("tls")
            let certificate = Certificate(arn: "arn:aws:acm:us-west-2:123456789012:certificate/1")
            _ = try harness.store.call(
                .createListener(
                    .init(
                        loadBalancerARN: balancer, protocol: .https, port: 443, certificates: [certificate],
                        defaultActions: [PlaneHarness.action([(group, 1)])])))
            #expect(try await harness.eventually { harness.plane.served.first?.listeners.first?.problem != nil })
            let listener = harness.plane.served.first?.listeners.first
            #expect(listener?.address == nil)
            #expect(listener?.problem?.contains("TLS") == true)
        }
    }
}

@Suite("Local addresses of load balancers")
struct LoopbackPlanTests {
    @Test func `each slot has its own address`() {
        let plan = LoopbackPlan(usesOwnAddresses: true)
        #expect(plan.address(ofSlot: 0) == "127.245.0.1")
        #expect(plan.address(ofSlot: 1) == "127.245.0.2")
        #expect(plan.address(ofSlot: 254) == "127.245.1.1")
        #expect(LoopbackPlan(usesOwnAddresses: false).address(ofSlot: 1) == "127.0.0.1")
    }

    @Test(
        "a port which may not be bound is served 8000 higher, else on any free one",
        arguments: [(80, [80, 8080, 0]), (60_000, [60_000, 0])])
    func ports(port: Int, expected: [Int]) {
        #expect(LoopbackPlan.candidates(for: port) == expected)
    }
}
