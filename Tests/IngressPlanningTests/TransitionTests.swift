import ELBModel
import IngressPlanning
import JSON
import KubernetesModel
import Planning
import Testing

@Suite("A newly named group gets requests when it can answer them") struct TransitionTests {
    private static func world() -> MiniWorld {
        var world = MiniWorld([
            ingress(paths: [PathFixture(service: "a")]), service("a"), service("b"),
            slice("a", ready: ["10.0.0.1"]), slice("b", ready: ["10.0.0.2"]), pod("10.0.0.1", labels: ["app": "a"]),
            pod("10.0.0.2", labels: ["app": "b"]),
        ])
        world.settle()
        world.aws.finishHealthChecks()
        world.wait()
        world.settle()
        return world
    }

    private static func shares(_ world: MiniWorld) -> [Int?] {
        guard case .forward(let forward)? = world.aws.rules.first?.actions.last else { return [] }
        return forward.targetGroups.map(\.weight)
    }

    private static func switchBackend(_ world: inout MiniWorld) {
        let spec = ingress(paths: [PathFixture(service: "b")]).spec
        world.edit { $0.set(spec, at: "spec") }
    }

    @Test func `another backend is attached with weight 0, then given everything when it is healthy`() {
        var world = Self.world()
        Self.switchBackend(&world)
        let effects = world.settle()
        #expect(effects.operations == ["CreateTargetGroup", "ModifyRule", "RegisterTargets"])
        #expect(Self.shares(world) == [1, 0])
        world.wait(.seconds(1))
        #expect(world.settle() == [])
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        let next = world.settle()
        #expect(next.operations.first == "ModifyRule")
        #expect(Self.shares(world).count == 1)
    }

    @Test func `the former group is deleted after the settle time`() {
        var world = Self.world()
        Self.switchBackend(&world)
        world.settle()
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        #expect(world.settle().operations == ["ModifyRule", "AddTags"])
        #expect(world.aws.targetGroups.count == 2)
        world.wait(.seconds(31))
        #expect(world.settle().operations == ["DeleteTargetGroup"])
        world.wait()
        #expect(world.settle() == [])
    }

    @Test func `a group that comes back in time is not deleted`() {
        var world = Self.world()
        Self.switchBackend(&world)
        world.settle()
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        world.settle()
        let spec = ingress(paths: [PathFixture(service: "a")]).spec
        world.edit { $0.set(spec, at: "spec") }
        world.settle()
        world.aws.finishHealthChecks()
        world.wait(.seconds(5))
        world.settle()
        world.wait(.seconds(61))
        world.settle()
        let left = world.aws.targetGroups
        #expect(left.map { $0.tags.first { $0.key == "ingress.k8s.aws/resource" }?.value } == ["shop/web-a:80"])
        #expect(!left.contains { $0.tags.contains { $0.key == "weir/unused-since" } })
    }

    @Test func `nothing is held back when the present backend does not answer either`() {
        var world = Self.world()
        world.aws.sick = ["10.0.0.1"]
        world.aws.finishHealthChecks()
        world.wait()
        world.settle()
        Self.switchBackend(&world)
        world.settle()
        #expect(Self.shares(world).count == 1)
        #expect(!world.plan().decisions.contains { $0.code == "ShareHeldBack" })
    }

    @Test func `a raised weight waits for targets that have not been judged, and for nothing else`() throws {
        var world = ConvergenceTests.canary()
        world.settle()
        world.aws.finishHealthChecks()
        world.wait()
        for ip in ["10.0.0.8", "10.0.0.9"] { world.insert(pod(ip, labels: ["app": "web"])) }
        for ip in ["10.0.0.1", "10.0.0.2"] { world.remove(.pod, "pod-\(ip)") }
        world.insert(slice("canary", ready: ["10.0.0.8", "10.0.0.9"]))
        world.settle()
        world.annotate("actions.root", weights(canary: 10))
        #expect(world.settle() == [])
        #expect(world.plan().decisions.contains { $0.code == "ShareHeldBack" })
        world.aws.sick = ["10.0.0.8", "10.0.0.9"]
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        #expect(world.settle().operations == ["ModifyRule"])
        #expect(Self.shares(world) == [10, 90])
        world.annotate("actions.root", weights(canary: 100))
        #expect(world.settle().operations == ["ModifyRule"])
    }

    @Test func `a Service made anew is not a gap`() {
        var world = Self.world()
        world.insert(service("a", uid: "another"))
        world.settle()
        #expect(Self.shares(world) == [1, 0])
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        world.settle()
        #expect(Self.shares(world).count == 1)
        world.wait(.seconds(61))
        world.settle()
        #expect(world.aws.targetGroups.count == 1)
    }
}
