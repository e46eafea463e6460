import JSON
import KubernetesModel
import RolloutModel
import Testing

/// Every place in a Rollout that names another object, each naming one that is not there.
@Suite("Names of other objects") struct ReferenceRuleTests {
    struct Reference: Sendable, CustomTestStringConvertible {
        /// What the message must begin with, after the Rollout's name.
        var message: String
        var shop: @Sendable (JSONValue) -> FakeCluster = { strategy in
            Shop.cluster { $0.set($0.at("spec", "strategy")?.applyingMergePatch(strategy), at: "spec", "strategy") }
        }
        var strategy: JSONValue
        var testDescription: String { message }

        static func canary(_ message: String, _ changes: JSONValue) -> Self {
            Reference(message: message, strategy: ["canary": changes])
        }

        static func pingPong(_ message: String, _ services: JSONValue) -> Self {
            Reference(
                message: message,
                shop: { strategy in
                    var cluster = Shop.cluster { rollout in
                        Shop.enterPingPong(&rollout)
                        rollout.set(
                            rollout.at("spec", "strategy")?.applyingMergePatch(strategy), at: "spec", "strategy")
                    }
                    for name in ["web-ping", "web-pong"] { cluster.apply(.service, Shop.service(name)) }
                    return cluster
                }, strategy: ["canary": ["pingPong": services]])
        }

        static func blueGreen(_ message: String, _ changes: JSONValue) -> Self {
            Reference(
                message: message,
                shop: { strategy in
                    Shop.blueGreenCluster(previewIngress: true) { rollout in
                        rollout.set(
                            rollout.at("spec", "strategy")?.applyingMergePatch(strategy), at: "spec", "strategy")
                    }
                }, strategy: ["blueGreen": changes])
        }
    }

    private static func missing(_ path: String) -> String {
        "spec.strategy.\(path): Invalid value: \"nowhere\": services \"nowhere\" not found"
    }

    private static let noIngress = "Invalid value: \"nowhere\": ingresses.networking.k8s.io \"nowhere\" not found"
    private static let alb = "spec.strategy.canary.trafficRouting.alb"

    static let references: [Reference] = [
        .canary(missing("canary.stableService"), ["stableService": "nowhere"]),
        .canary(missing("canary.canaryService"), ["canaryService": "nowhere"]),
        .pingPong(missing("canary.pingPong.pingService"), ["pingService": "nowhere"]),
        .pingPong(missing("canary.pingPong.pongService"), ["pongService": "nowhere"]),
        .blueGreen(missing("blueGreen.activeService"), ["activeService": "nowhere"]),
        .blueGreen(missing("blueGreen.previewService"), ["previewService": "nowhere"]),
        .canary("\(alb).ingress: \(noIngress)", ["trafficRouting": ["alb": ["ingress": "nowhere"]]]),
        .canary(
            "\(alb).ingresses: \(noIngress)",
            ["trafficRouting": ["alb": ["ingress": nil, "ingresses": ["web", "nowhere"]]]]),
        .canary(
            "\(alb): Internal error: Either Ingress or Ingresses must be configured. Neither are configured.",
            ["trafficRouting": ["alb": ["ingress": nil]]]),
        .canary(
            "\(alb): Internal error: Either Ingress or Ingresses must be configured. Both are configured.",
            ["trafficRouting": ["alb": ["ingresses": ["web"]]]]),
        .canary(
            "\(alb).ingress: Invalid value: \"web\": ingress `web` has no rules using service web-stable backend",
            ["trafficRouting": ["alb": ["rootService": nil]]]),
    ]

    @Test("that lead nowhere are refused with the path of the field", arguments: references)
    func refuses(reference: Reference) throws {
        var cluster = reference.shop(reference.strategy)
        cluster.run(for: .seconds(5))
        let message = try #require(cluster.status.conditions[.invalidSpec]).message
        #expect(message.hasPrefix("The Rollout \"web\" is invalid: \(reference.message)"), "\(message)")
        #expect(cluster.replicaSets.isEmpty)
    }
}
