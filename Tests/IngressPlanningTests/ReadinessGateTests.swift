import ELBModel
import IngressPlanning
import JSON
import KubernetesModel
import Planning
import Testing

@Suite("A pod's readiness gate follows the health of its target") struct ReadinessGateTests {
    private static let labels = ["app": "web"]
    private static let ip = "10.0.0.9"

    /// A stack with one healthy target, into which a pod comes that waits at the gate of its target group.
    private static func world(gate: String? = nil) throws -> MiniWorld {
        var world = MiniWorld([
            ingress(paths: [PathFixture(service: "web")]), service("web", selector: labels),
            slice("web", ready: ["10.0.0.1"]), pod("10.0.0.1", labels: labels),
        ])
        world.settle()
        world.aws.finishHealthChecks()
        world.wait()
        world.settle()
        let group = try #require(world.aws.targetGroups.first).targetGroup.name
        world.insert(gated(by: gate ?? ReadinessGate.conditionType(ofBinding: group)))
        world.insert(slice("web", ready: ["10.0.0.1"], notReady: [ip]))
        return world
    }

    private static func gated(by gate: String, uid: String = "uid-9") -> KubernetesObject {
        var pod = pod(ip, labels: labels, isReady: false, gated: true)
        pod.document.set(.string(uid), at: "metadata", "uid")
        pod.document.set([["conditionType": .string(gate)]], at: "spec", "readinessGates")
        return pod
    }

    private static func condition(_ world: MiniWorld) -> JSONValue? {
        let pod = world.world.objects.object(.pod, ObjectKey(namespace: "shop", name: "pod-\(ip)"))
        let conditions = pod?.status["conditions"]?.arrayValue ?? []
        return conditions.first { $0["type"]?.stringValue?.hasPrefix(ReadinessGate.prefix) == true }
    }

    private static func patches(_ effects: [Effect]) -> Int {
        effects.count { if case .kubernetes(let write) = $0 { write.kind == .pod } else { false } }
    }

    @Test func `it is closed while the target is registered and checked, and opens when the target is healthy`() throws
    {
        var world = try Self.world()
        world.step()
        #expect(Self.condition(world)?["status"] == "False")
        #expect(Self.condition(world)?["reason"] == "Elb.RegistrationInProgress")
        #expect(Self.condition(world)?["message"] == "Target registration is in progress")
        #expect(Self.condition(world)?["lastTransitionTime"] == .string(world.now.rfc3339))
        let since = world.now
        world.wait(.seconds(1))
        world.settle()
        #expect(Self.condition(world)?["status"] == "False")
        #expect(Self.condition(world)?["lastTransitionTime"] == .string(since.rfc3339))
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        #expect(Self.patches(world.settle()) == 1)
        #expect(
            Self.condition(world)
                == [
                    "type": Self.condition(world)?["type"] ?? "", "status": "True",
                    "lastTransitionTime": .string(world.now.rfc3339),
                ])
        world.wait()
        #expect(world.settle() == [])
    }

    @Test func `a target that fails its checks closes it again, and the plan says so`() throws {
        var world = try Self.world()
        world.settle()
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        world.settle()
        world.aws.sick = [Self.ip]
        world.aws.finishHealthChecks()
        world.wait()
        world.settle()
        #expect(Self.condition(world)?["status"] == "False")
        #expect(world.plan().decisions.map(\.code).contains("ReadinessGatesUnmet"))
    }

    @Test func `a group that no rule uses any more leaves it open`() throws {
        var world = try Self.world()
        world.settle()
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        world.settle()
        world.edit { $0.set([], at: "spec", "rules") }
        world.wait()
        world.settle()
        let arn = try #require(world.aws.targetGroup(named: "-web:80"))
        #expect(world.aws.health(arn).allSatisfy { $0.health.state == .unused })
        world.wait(.seconds(10))
        world.settle()
        #expect(Self.condition(world)?["status"] == "True")
    }

    @Test func `while AWS does not answer, it stays as it is`() throws {
        var world = try Self.world()
        world.settle()
        let arn = try #require(world.aws.targetGroup(named: "-web:80"))
        let before = Self.condition(world)
        world.world.observations[.targetHealth(arn)] = Observation(
            startedAt: world.now, result: .failure(ELBFailure(.throttling, "Rate exceeded")))
        #expect(Self.patches(world.plan().effects) == 0)
        #expect(before?["status"] == "False")
    }

    @Test func `the gate of another group is not ours to open`() throws {
        var world = try Self.world(gate: "target-health.elbv2.k8s.aws/k8s-shop-web-0000000000")
        world.settle()
        world.aws.finishHealthChecks()
        world.wait()
        #expect(Self.patches(world.settle()) == 0)
        #expect(Self.condition(world) == nil)
    }

    @Test func `a health that was read before the pod existed may be of another pod`() throws {
        var world = try Self.world()
        world.settle()
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        world.settle()
        let type = try #require(Self.condition(world)?["type"]?.stringValue)
        var successor = Self.gated(by: type, uid: "uid-10")
        successor.document.set(.string(world.now.rfc3339), at: "metadata", "creationTimestamp")
        world.insert(successor)
        let plan = world.plan()
        #expect(Self.patches(plan.effects) == 0)
        #expect(plan.observations.map(\.maxAge).min() == testSettings.progressInterval)
        world.wait(.seconds(2))
        world.settle()
        #expect(Self.condition(world)?["status"] == "True")
    }

    @Test func `a pod that waits at a gate is worth a plan when its containers become ready`() throws {
        let world = try Self.world()
        let gate = ReadinessGate.conditionType(ofBinding: "x")
        let ready = Self.gated(by: gate)
        var unready = ready
        unready.document.set([["type": "ContainersReady", "status": "False"]], at: "status", "conditions")
        let controller = IngressController(settings: testSettings)
        let change = ObjectChange(kind: .pod, before: unready, after: ready)
        #expect(controller.keys(for: change, in: world.world) == [ObjectKey(namespace: "shop", name: "web")])
        let echo = ObjectChange(kind: .pod, before: ready, after: ready)
        #expect(controller.keys(for: echo, in: world.world) == [])
    }
}
