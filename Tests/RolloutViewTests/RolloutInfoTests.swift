import JSON
import KubernetesModel
import RolloutView
import Testing

@Suite("What is shown of a Rollout") struct RolloutInfoTests {
    private static let canary: JSONValue = ["canary": ["steps": Fixtures.canarySteps]]

    private func family(
        _ strategy: JSONValue = RolloutInfoTests.canary, status: JSONValue, replicaSets: [KubernetesObject] = []
    ) -> RolloutFamily {
        RolloutFamily(Fixtures.rollout(strategy: strategy, status: status), replicaSets: replicaSets, pods: [])
    }

    @Test("a client's phase is the controller's, once it has seen everything") func phase() {
        let old = ClientPhase(of: family(status: ["observedGeneration": "2", "phase": "Healthy"]))
        #expect(old.word == "Progressing")
        #expect(old.message == "waiting for rollout spec update to be observed")
        let resumed = ClientPhase(of: family(status: ["observedGeneration": "3", "controllerPause": true]))
        #expect(resumed.message == "waiting for rollout to unpause")
        let hashed = ClientPhase(
            of: family(status: ["observedGeneration": "6bf4", "phase": "Degraded", "message": "m"]))
        #expect(hashed.word == "Degraded" && hashed.message == "m" && hashed.isFinal)
        #expect(!ClientPhase(of: family(status: [:])).isFinal)
        var referring = family(status: [
            "observedGeneration": "3", "phase": "Healthy", "workloadObservedGeneration": "1",
        ])
        referring.workload = KubernetesObject(["metadata": ["generation": 2]])
        let text = "waiting for rollout spec update to be observed for the reference workload"
        #expect(ClientPhase(of: referring).message == text)
    }

    struct Weights: Sendable {
        var status: JSONValue
        var step: String
        var set: Int
        var actual: Int
    }

    @Test(
        "weights without a load balancer are the canary's share of the pods",
        arguments: [
            Weights(status: [:], step: "0/4", set: 20, actual: 0),
            Weights(status: ["currentStepIndex": 1, "availableReplicas": 4], step: "1/4", set: 20, actual: 25),
            Weights(status: ["currentStepIndex": 3, "availableReplicas": 3], step: "3/4", set: 50, actual: 33),
            Weights(status: ["currentStepIndex": 4, "availableReplicas": 4], step: "4/4", set: 100, actual: 100),
            Weights(
                status: ["currentStepIndex": 0, "abort": true, "availableReplicas": 2], step: "0/4", set: 0, actual: 50),
        ])
    func basicWeights(_ expected: Weights) {
        var status = expected.status
        status["stableRS"] = "5f7c"
        status["currentPodHash"] = "6b9d"
        let canary = Fixtures.replicaSet("6b9d", revision: 2, image: "web:2", replicas: 1)
        let info = RolloutInfo(family(status: status, replicaSets: [canary]))
        #expect(info.step == expected.step)
        #expect(info.setWeight == expected.set)
        #expect(info.actualWeight == expected.actual)
    }

    @Test("without steps there is no step, and a blue-green update has no weights") func withoutSteps() {
        let plain = RolloutInfo(family(["canary": [:]], status: [:]))
        #expect(plain.step.isEmpty && plain.setWeight == 100 && plain.actualWeight == 100)
        let blueGreen = RolloutInfo(family(["blueGreen": [:]], status: [:]))
        #expect(blueGreen.strategy == "BlueGreen" && blueGreen.setWeight == nil)
        #expect(RolloutInfo(family([:], status: [:])).strategy == "unknown")
    }

    @Test("of ping-pong the stable version has the role of the status, the canary the other") func pingPong() {
        let status: JSONValue = [
            "stableRS": "5f7c", "currentPodHash": "6b9d", "canary": ["stablePingPong": "pong"],
        ]
        let both = ["5f7c", "6b9d"].map { Fixtures.replicaSet($0, revision: 1, image: "web:1", replicas: 1) }
        let info = RolloutInfo(family(status: status, replicaSets: both))
        #expect(info.replicaSets.map(\.roles) == [[.stable, .pong], [.canary, .ping]])
    }

    @Test(
        "a pod's icon says how it is",
        arguments: [
            ("Running", "✔"), ("Completed", "✔"), ("Init:0/2", "◌"), ("ContainerCreating", "◌"), ("Terminating", "◌"),
            ("CrashLoopBackOff", "✖"), ("ExitCode:2", "✖"), ("Failed", "✖"), ("ImagePullBackOff", "⚠"),
            ("ErrImagePull", "⚠"), ("CreateContainerConfigError", "⚠"), ("Unknown", "?"),
        ])
    func icons(word: String, icon: String) {
        #expect(DisplayStatus.pod(word).icon == icon)
    }

    @Test("a ReplicaSet that has not all it asks for is progressing, or degraded when it cannot") func replicaSets() {
        var waiting = Fixtures.replicaSet("6b9d", revision: 2, image: "web:2", replicas: 2)
        waiting.document.set(1, at: "status", "availableReplicas")
        var failing = waiting
        failing.document.set([["type": "ReplicaFailure", "status": "True"]], at: "status", "conditions")
        var unseen = Fixtures.replicaSet("6b9d", revision: 2, image: "web:2", replicas: 2)
        unseen.document.set(9, at: "metadata", "generation")
        let words = [waiting, failing, unseen].map {
            RolloutInfo(family(status: [:], replicaSets: [$0])).replicaSets.first?.status.word
        }
        #expect(words == ["Progressing", "Degraded", "Progressing"])
    }

    @Test("lines of a later call stand below those of an earlier one") func table() {
        var table = RolloutListTable()
        let info = RolloutInfo(Fixtures.pausedCanary)
        var long = Fixtures.pausedCanary
        long.rollout.document.set("a-name-that-is-long", at: "metadata", "name")
        let first = table.lines([table.header, table.row(RolloutInfo(long), now: Fixtures.now)])
        let second = table.lines([table.row(info, now: Fixtures.now)])
        #expect(first[1].firstRange(of: "Canary")?.lowerBound == second[0].firstRange(of: "Canary")?.lowerBound)
    }
}
