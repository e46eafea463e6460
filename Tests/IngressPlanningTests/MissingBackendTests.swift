import ELBModel
import IngressPlanning
import JSON
import KubernetesModel
import Planning
import Testing

@Suite("What serves is not replaced by the answer of a backend that does not exist") struct MissingBackendTests {
    private static let ips = ["10.0.0.1", "10.0.0.2"]

    private static func world(_ paths: [PathFixture], annotations: [String: String] = [:]) -> MiniWorld {
        var world = MiniWorld(
            [ingress(annotations: annotations, paths: paths), service("a"), slice("a", ready: ips)]
                + ips.map { pod($0, labels: ["app": "a"]) })
        world.settle()
        world.aws.finishHealthChecks()
        world.wait()
        world.settle()
        return world
    }

    private static func name(_ service: String, in world: inout MiniWorld) {
        let spec = ingress(paths: [PathFixture(service: service)]).spec
        world.edit { $0.set(spec, at: "spec") }
    }

    private static func isForward(_ world: MiniWorld) -> Bool {
        if case .forward? = world.aws.rules.first?.actions.last { true } else { false }
    }

    private static func registered(_ world: MiniWorld) -> [String] {
        guard let arn = world.aws.targetGroup(named: "-a:80") else { return [] }
        return world.aws.health(arn).filter { $0.health.state != .draining }.map(\.target.id).sorted()
    }

    @Test func `an Ingress that is seen before its new Service goes on with the former one`() {
        var world = Self.world([PathFixture(service: "a")])
        Self.name("b", in: &world)
        #expect(world.settle() == [])
        #expect(world.plan().decisions.contains { $0.code == "ActionKept" })
        world.insert(service("b"))
        world.insert(slice("b", ready: ["10.0.0.3"]))
        world.insert(pod("10.0.0.3", labels: ["app": "b"]))
        #expect(world.settle().operations == ["CreateTargetGroup", "ModifyRule", "RegisterTargets"])
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        #expect(world.settle().operations.first == "ModifyRule")
        #expect(Self.isForward(world))
        #expect(!world.plan().decisions.contains { $0.code == "ActionKept" })
    }

    @Test func `people are told what serves meanwhile`() throws {
        var world = Self.world([PathFixture(service: "a")])
        Self.name("b", in: &world)
        let events = world.plan().effects.compactMap { if case .event(let event) = $0 { event } else { nil } }
        let event = try #require(events.first { $0.reason == "BackendNotFound" })
        #expect(
            event.message == "spec.rules[0].http.paths[0] of Ingress shop/web: Service shop/b does not exist, so "
                + "requests go where they went, as long as targets there are healthy. Create it, or name another Service."
        )
    }

    @Test func `an action that is taken away goes on, too`() {
        let paths = [PathFixture(service: "root", port: useAnnotation)]
        let action = #"{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"a","servicePort":80}]}}"#
        var world = Self.world(paths, annotations: ["actions.root": action])
        world.annotate("actions.root", nil)
        #expect(world.settle() == [])
        #expect(Self.isForward(world))
    }

    @Test func `the default action goes on, too`() {
        var world = Self.world([PathFixture("/x", "Exact", service: "a")])
        world.edit { $0.set(["service": ["name": "a", "port": ["number": 80]]], at: "spec", "defaultBackend") }
        world.settle()
        world.edit { $0.set(["service": ["name": "b", "port": ["number": 80]]], at: "spec", "defaultBackend") }
        #expect(!world.settle().operations.contains("ModifyListener"))
    }

    @Test func `of a Service that is deleted, the pods that end leave, and the last one leaves a 503`() {
        var world = Self.world([PathFixture(service: "a")])
        world.remove(.service, "a")
        world.remove(.endpointSlice, "a")
        world.wait(.seconds(6))
        #expect(world.settle() == [])
        world.remove(.pod, "pod-10.0.0.1")
        #expect(world.settle().operations == ["DeregisterTargets"])
        #expect(Self.registered(world) == [Self.ips[1]])
        world.remove(.pod, "pod-10.0.0.2")
        #expect(world.settle().operations.contains("ModifyRule"))
        #expect(!Self.isForward(world))
    }

    @Test func `what does not serve is replaced by the answer`() {
        var world = Self.world([PathFixture(service: "a")])
        world.aws.sick = Set(Self.ips)
        world.aws.finishHealthChecks()
        world.wait()
        world.settle()
        Self.name("b", in: &world)
        #expect(world.settle().operations.contains("ModifyRule"))
        #expect(!Self.isForward(world))
    }
}
