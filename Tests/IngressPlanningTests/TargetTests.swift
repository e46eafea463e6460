import ELBModel
import IngressPlanning
import JSON
import KubernetesModel
import Planning
import Testing

@Suite("Targets are made before others are broken") struct TargetTests {
    private static let blue = ["app": "web", "hash": "blue"]
    private static let green = ["app": "web", "hash": "green"]

    /// A service that selects three blue pods, all healthy.
    private static func world() -> MiniWorld {
        let ips = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
        var world = MiniWorld(
            [
                ingress(paths: [PathFixture(service: "web")]), service("web", selector: blue),
                slice("web", ready: ips),
            ] + ips.map { pod($0, labels: blue) })
        world.settle()
        world.aws.finishHealthChecks()
        world.wait()
        world.settle()
        return world
    }

    private static func serving(_ world: MiniWorld) -> [String] {
        guard let arn = world.aws.targetGroup(named: "-web:80") else { return [] }
        return world.aws.health(arn).filter { $0.health.state != .draining }.map(\.target.id).sorted()
    }

    private static func move(_ world: inout MiniWorld, to ips: [String]) {
        world.insert(service("web", selector: green))
        world.insert(slice("web", ready: ips))
        for ip in ips { world.insert(pod(ip, labels: green)) }
    }

    @Test func `a moved selector keeps the former targets until every new one is healthy`() {
        var world = Self.world()
        Self.move(&world, to: ["10.0.1.1", "10.0.1.2"])
        #expect(world.settle().operations == ["RegisterTargets"])
        #expect(Self.serving(world).count == 5)
        world.aws.sick = ["10.0.1.2"]
        world.wait(.seconds(1))
        #expect(world.settle() == [])
        world.aws.sick = []
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        #expect(world.settle().operations == ["DeregisterTargets"])
        #expect(Self.serving(world) == ["10.0.1.1", "10.0.1.2"])
    }

    @Test func `a pod marked to drain leaves while others are healthy, and comes back when the mark is taken away`() {
        var world = Self.world()
        world.insert(Self.draining("10.0.0.1"))
        world.wait(.seconds(1))
        #expect(world.settle().operations == ["DeregisterTargets"])
        #expect(Self.serving(world) == ["10.0.0.2", "10.0.0.3"])
        world.insert(pod("10.0.0.1", labels: Self.blue))
        #expect(world.settle().operations == ["RegisterTargets"])
        #expect(Self.serving(world).count == 3)
    }

    @Test func `pods marked to drain stay while there is no other healthy target`() {
        var world = Self.world()
        for ip in ["10.0.0.1", "10.0.0.2", "10.0.0.3"] { world.insert(Self.draining(ip)) }
        world.wait(.seconds(1))
        #expect(world.settle() == [])
        #expect(Self.serving(world).count == 3)
    }

    @Test func `a mark to drain is worth a plan`() {
        let world = Self.world().world
        let change = ObjectChange(
            kind: .pod, before: pod("10.0.0.1", labels: Self.blue), after: Self.draining("10.0.0.1"))
        let controller = IngressController(settings: testSettings)
        let keys = controller.keys(for: change, in: world)
        #expect(keys == [ObjectKey(namespace: "shop", name: "web")])
    }

    private static func draining(_ ip: String) -> KubernetesObject {
        var object = pod(ip, labels: blue)
        object.document.set("2026-01-01T00:00:00Z", at: "metadata", "annotations", "weir.dev/drain")
        return object
    }

    @Test func `while nothing is ready behind a moved selector the former targets stay`() {
        var world = Self.world()
        Self.move(&world, to: [])
        #expect(world.settle() == [])
        #expect(Self.serving(world).count == 3)
        let decision = world.plan().decisions.first { $0.code == "FormerTargetsKept" }
        #expect(decision?.waitingFor == "a ready endpoint of the service")
    }

    @Test func `a verdict of unhealthy on some of the new ones does not hold the former for ever`() {
        var world = Self.world()
        Self.move(&world, to: ["10.0.1.1", "10.0.1.2"])
        world.settle()
        world.aws.sick = ["10.0.1.2"]
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        #expect(world.settle().operations == ["DeregisterTargets"])
    }

    @Test func `none of the new ones healthy keeps the former`() {
        var world = Self.world()
        Self.move(&world, to: ["10.0.1.1"])
        world.settle()
        world.aws.sick = ["10.0.1.1"]
        world.aws.finishHealthChecks()
        world.wait(.seconds(61))
        #expect(world.settle() == [])
        #expect(Self.serving(world).count == 4)
    }

    @Test func `a pod that ends goes at once while others are healthy`() {
        var world = Self.world()
        world.insert(pod("10.0.0.1", labels: Self.blue, isDeleting: true))
        world.insert(slice("web", ready: ["10.0.0.2", "10.0.0.3"], terminating: ["10.0.0.1"]))
        #expect(world.settle().operations == ["DeregisterTargets"])
        #expect(Self.serving(world) == ["10.0.0.2", "10.0.0.3"])
    }

    @Test func `a pod that is gone goes even if nothing else is there`() {
        var world = Self.world()
        world.insert(slice("web", ready: []))
        for ip in ["10.0.0.1", "10.0.0.2", "10.0.0.3"] { world.remove(.pod, "pod-\(ip)") }
        #expect(world.settle().operations == ["DeregisterTargets"])
        #expect(Self.serving(world) == [])
    }

    @Test func `a pod that is gone goes before others come`() {
        var world = Self.world()
        world.remove(.pod, "pod-10.0.0.1")
        world.insert(pod("10.0.0.4", labels: Self.blue))
        world.insert(slice("web", ready: ["10.0.0.2", "10.0.0.3", "10.0.0.4"]))
        #expect(world.settle().operations == ["DeregisterTargets", "RegisterTargets"])
        #expect(Self.serving(world) == ["10.0.0.2", "10.0.0.3", "10.0.0.4"])
    }

    @Test func `an endpoint is not registered after its pod, which has left its groups, is gone`() {
        var world = Self.world()
        world.insert(Self.draining("10.0.0.1"))
        world.wait(.seconds(1))
        #expect(world.settle().operations == ["DeregisterTargets"])
        world.remove(.pod, "pod-10.0.0.1")
        #expect(world.settle() == [])
        #expect(Self.serving(world) == ["10.0.0.2", "10.0.0.3"])
        let decision = world.plan().decisions.first { $0.code == "PodUnknown" }
        #expect(decision?.waitingFor == "the pod at 10.0.0.1, or the endpoints to leave it out")
    }

    @Test func `a target stays while its pod is not known and endpoints mention it`() {
        var world = Self.world()
        world.remove(.pod, "pod-10.0.0.1")
        #expect(world.settle() == [])
        #expect(Self.serving(world).count == 3)
    }

    @Test func `the last pods that end stay until their successors are healthy`() {
        var world = Self.world()
        let ips = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
        for ip in ips { world.insert(pod(ip, labels: Self.blue, isDeleting: true)) }
        world.insert(pod("10.0.1.1", labels: Self.blue))
        world.insert(slice("web", ready: ["10.0.1.1"], terminating: ips))
        #expect(world.settle().operations == ["RegisterTargets"])
        #expect(Self.serving(world).count == 4)
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        #expect(world.settle().operations == ["DeregisterTargets"])
        #expect(Self.serving(world) == ["10.0.1.1"])
    }

    @Test func `an unready pod stays while it is the only one`() {
        var world = Self.world()
        for ip in ["10.0.0.2", "10.0.0.3"] { world.remove(.pod, "pod-\(ip)") }
        world.insert(pod("10.0.0.1", labels: Self.blue, isReady: false))
        world.insert(slice("web", ready: [], notReady: ["10.0.0.1"]))
        #expect(world.settle().operations == ["DeregisterTargets"])
        #expect(Self.serving(world) == ["10.0.0.1"])
    }

    @Test func `an address that passed to another application is let go`() {
        var world = Self.world()
        for ip in ["10.0.0.2", "10.0.0.3"] { world.remove(.pod, "pod-\(ip)") }
        world.insert(pod("10.0.0.1", labels: ["app": "other"]))
        world.insert(slice("web", ready: []))
        world.settle()
        #expect(Self.serving(world) == [])
    }

    @Test func `a draining target that is wanted again is registered again`() {
        var world = Self.world()
        world.insert(slice("web", ready: ["10.0.0.2", "10.0.0.3"], terminating: ["10.0.0.1"]))
        world.insert(pod("10.0.0.1", labels: Self.blue, isDeleting: true))
        world.settle()
        world.insert(slice("web", ready: ["10.0.0.1", "10.0.0.2", "10.0.0.3"]))
        world.insert(pod("10.0.0.1", labels: Self.blue))
        #expect(world.settle().operations == ["RegisterTargets"])
    }

    @Test func `a pod that waits only for its readiness gate is registered`() {
        var world = Self.world()
        world.insert(pod("10.0.0.9", labels: Self.blue, isReady: false, gated: true))
        world.insert(slice("web", ready: ["10.0.0.1", "10.0.0.2", "10.0.0.3"], notReady: ["10.0.0.9"]))
        world.settle()
        #expect(Self.serving(world).contains("10.0.0.9"))
    }

    @Test func `core Endpoints serve where there are no slices`() {
        var world = Self.world()
        world.remove(.endpointSlice, "web-1")
        world.insert(
            KubernetesObject([
                "kind": "Endpoints", "metadata": ["name": "web", "namespace": "shop"],
                "subsets": [
                    [
                        "addresses": [["ip": "10.0.0.1"], ["ip": "10.0.0.4"]],
                        "ports": [["name": "http", "port": 8080]],
                    ]
                ],
            ]))
        world.insert(pod("10.0.0.4", labels: Self.blue))
        world.settle()
        #expect(Self.serving(world).contains("10.0.0.4"))
    }

    @Test func `many targets go in calls of a hundred`() {
        var world = Self.world()
        let ips = (0..<250).map { "10.1.\($0 / 100).\($0 % 100)" }
        for ip in ips { world.insert(pod(ip, labels: Self.blue)) }
        world.insert(slice("web", ready: ["10.0.0.1", "10.0.0.2", "10.0.0.3"] + ips))
        #expect(world.settle().operations == Array(repeating: "RegisterTargets", count: 3))
    }

    @Test func `targets follow the endpoints although the Ingress is broken`() {
        var world = Self.world()
        world.annotate("healthcheck-interval-seconds", "often")
        world.insert(slice("web", ready: ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]))
        world.insert(pod("10.0.0.4", labels: Self.blue))
        #expect(world.settle().operations == ["RegisterTargets"])
    }

    @Test func `nothing is deregistered when the health cannot be read`() throws {
        var world = Self.world()
        let arn = try #require(world.aws.targetGroup(named: "-web:80"))
        world.world.observations[.targetHealth(arn)] = Observation(
            startedAt: world.now, result: .failure(ELBFailure(.throttling, "Rate exceeded")))
        world.insert(slice("web", ready: []))
        let plan = world.plan()
        #expect(plan.effects == [])
        #expect(plan.wakeAt == world.now.advanced(by: .milliseconds(5_001)))
        #expect(plan.decisions.contains { $0.code == "TargetsUnknown" && $0.message.contains("Throttling") })
    }
}
