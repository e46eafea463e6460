import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

@Suite("Bad input") struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var spoil: @Sendable (inout FakeCluster) -> Void
        var message: [String]
        var testDescription: String { name }
    }

    private static func edit(
        _ cluster: inout FakeCluster, _ kind: ResourceKind, _ name: String, _ change: (inout JSONValue) -> Void
    ) {
        guard var object = cluster.object(kind, name) else { return }
        change(&object.document)
        cluster.store(object, kind)
    }

    static let cases: [Case] = [
        Case(
            name: "a Service is missing",
            spoil: { $0.world.objects.remove(.service, ObjectKey(namespace: "shop", name: "web-canary")) },
            message: ["spec.strategy.canary.canaryService", "services \"web-canary\" not found", "Create the Service"]),
        Case(
            name: "an Ingress is missing",
            spoil: { $0.world.objects.remove(.ingress, ObjectKey(namespace: "shop", name: "web")) },
            message: ["trafficRouting.alb.ingress", "ingresses.networking.k8s.io \"web\" not found"]),
        Case(
            name: "an Ingress has no rule for the action",
            spoil: { edit(&$0, .ingress, "web") { $0.set([], at: "spec", "rules") } },
            message: ["ingress `web` has no rules using service web-root backend", "use-annotation"]),
        Case(
            name: "the bookkeeping is not JSON",
            spoil: {
                edit(&$0, .ingress, "web") {
                    $0.set("{oops", at: "metadata", "annotations", RolloutKeys.managedALBAnnotations)
                }
            },
            message: [
                "annotation rollouts.argoproj.io/managed-alb-annotations of Ingress web cannot be read", "Repair",
            ]),
        Case(
            name: "a Service belongs to another Rollout",
            spoil: {
                edit(&$0, .service, "web-stable") {
                    $0.set("other", at: "metadata", "annotations", RolloutKeys.managedBy)
                }
            },
            message: ["Service \"web-stable\" is managed by another Rollout (\"other\")"]),
        Case(
            name: "a Service selects other pods",
            spoil: { edit(&$0, .service, "web-stable") { $0.set("api", at: "spec", "selector", "app") } },
            message: ["Service \"web-stable\" has unmatch label \"app\" in rollout", "\"api\""]),
        Case(
            name: "a weight does not fit",
            spoil: {
                edit(&$0, .rollout, "web") { $0.set([["setWeight": 110]], at: "spec", "strategy", "canary", "steps") }
            },
            message: ["spec.strategy.steps[0].setWeight: Invalid value: 110"]),
        Case(
            name: "a feature is not there yet",
            spoil: { edit(&$0, .rollout, "web") { $0.set([:], at: "spec", "analysis") } },
            message: ["spec.analysis: Forbidden", "leave this Rollout to Argo Rollouts"]),
    ]

    @Test("is one condition that names object, value and remedy, and nothing is done", arguments: cases)
    func invalid(_ row: Case) throws {
        var cluster = Shop.cluster()
        row.spoil(&cluster)
        cluster.run(for: .seconds(20))
        let status = cluster.status
        let condition = try #require(status.conditions[.invalidSpec])
        for part in row.message { #expect(condition.message.contains(part), "\(condition.message)") }
        #expect(condition.message.hasPrefix("The Rollout \"web\" is invalid: "))
        #expect(status.phase == .degraded)
        #expect(status.message == "InvalidSpec: \(condition.message)")
        #expect(cluster.replicaSets.isEmpty)
        #expect(cluster.plans < 6)
    }

    @Test("is forgotten when it is repaired") func repaired() {
        var cluster = Shop.cluster()
        cluster.world.objects.remove(.service, ObjectKey(namespace: "shop", name: "web-canary"))
        cluster.run(for: .seconds(5))
        cluster.apply(.service, Shop.service("web-canary"))
        cluster.run(for: .seconds(30))
        #expect(cluster.status.phase == .healthy)
        #expect(cluster.status.conditions[.invalidSpec] == nil)
    }

    @Test("in the action annotation is replaced by what the Rollout asks for") func action() {
        var cluster = Shop.healthy()
        let key = "alb.ingress.kubernetes.io/actions.web-root"
        let right = cluster.annotation(key)
        Self.edit(&cluster, .ingress, "web") { $0.set("{\"type\":", at: "metadata", "annotations", key) }
        cluster.run(for: .seconds(10))
        #expect(cluster.annotation(key) == right)
    }
}
