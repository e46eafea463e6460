import ELBModel
import IngressPlanning
import JSON
import KubernetesModel
import Planning
import Testing

@Suite("New pods get the gates of their target groups") struct GateInjectionTests {
    private let labels = ["app": "web"]

    private func world() -> MiniWorld {
        var world = MiniWorld([
            ingress(paths: [PathFixture(service: "web")]), service("web", selector: labels),
            service("other", selector: ["app": "other"]), service("also", selector: labels),
            slice("web", ready: []),
        ])
        world.settle()
        world.edit {
            $0.set([["hostname": "web.example"]], at: "status", "loadBalancer", "ingress")
        }
        return world
    }

    private func patch(_ world: MiniWorld, _ pod: KubernetesObject) -> JSONPatch? {
        GateInjection.patch(
            of: pod, namespace: "shop", services: world.world.objects.objects(.service, namespace: "shop"),
            objects: world.world.objects, settings: testSettings)
    }

    private func newPod(_ labels: [String: String], gates: [String] = []) -> KubernetesObject {
        var pod = pod("10.0.0.1", labels: labels)
        pod.document["status"] = nil
        if !gates.isEmpty {
            pod.document.set(
                .array(gates.map { ["conditionType": .string($0)] }), at: "spec", "readinessGates")
        }
        return pod
    }

    @Test func `a pod gets the gate of the group that its Service leads to, by the name the peer gives it`() throws {
        let world = world()
        let group = try #require(world.aws.targetGroups.first).targetGroup.name
        let gate: JSONValue = ["conditionType": .string("target-health.elbv2.k8s.aws/\(group)")]
        let pod = newPod(labels)
        let changed = try #require(patch(world, pod)).applied(to: pod.document)
        #expect(changed.at("spec", "readinessGates") == [gate])
        #expect(group.hasPrefix("k8s-shop-web-"))
    }

    @Test func `gates of others stay, those nobody opens any more go, and none comes twice`() throws {
        let world = world()
        let pod = newPod(labels, gates: ["example.com/a", "target-health.alb.ingress.k8s.aws/x"])
        let changed = try #require(patch(world, pod)).applied(to: pod.document)
        let gates = (changed.at("spec", "readinessGates")?.arrayValue ?? []).compactMap {
            $0["conditionType"]?.stringValue
        }
        #expect(gates.count == 2)
        #expect(gates.first == "example.com/a")
        #expect(patch(world, newPod(labels, gates: gates)) == nil)
    }

    @Test func `pods of other Services, and those of an Ingress without a load balancer, get none`() {
        var world = world()
        #expect(patch(world, newPod(["app": "other"])) == nil)
        #expect(patch(world, newPod([:])) == nil)
        world.edit { $0["status"] = [:] }
        #expect(patch(world, newPod(labels)) == nil)
    }

    @Test func `an Ingress of another class gives none`() {
        var world = world()
        world.edit { $0.set("nginx", at: "metadata", "annotations", "kubernetes.io/ingress.class") }
        #expect(patch(world, newPod(labels)) == nil)
    }
}
