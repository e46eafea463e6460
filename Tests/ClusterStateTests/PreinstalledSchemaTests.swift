import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Schemas of the controllers' kinds")
struct PreinstalledSchemaTests {
    private var cluster = TestCluster()

    private var strict: RequestOptions {
        var options = RequestOptions()
        options.fieldValidation = .strict
        return options
    }

    @Test mutating func `a misspelt field of a Rollout is refused when strict`() {
        var body = Manifest.canary
        body.set(3, at: "spec", "replicaz")
        let response = cluster.create(.rollout, body, options: strict)
        #expect(response.code == 400)
        #expect(
            response.document["message"] == """
                Rollout in version "v1alpha1" cannot be handled as a Rollout: strict decoding error: \
                unknown field "spec.replicaz"
                """)
    }

    @Test mutating func `a misspelt field of a Rollout is dropped with a warning otherwise`() {
        var body = Manifest.canary
        body.set(3, at: "spec", "replicaz")
        let response = cluster.create(.rollout, body)
        #expect(response.code == 201)
        #expect(response.warnings == ["unknown field \"spec.replicaz\""])
        #expect(response.document["spec"] == Manifest.canary["spec"])
    }

    @Test(arguments: [JSONValue](["x", ["steps": [["setWait": 5]]], ["trafficRouting": ["alb": ["servcePort": 80]]]]))
    mutating func `a misspelt field is found wherever it is, by patches too`(canary: JSONValue) {
        cluster.create(.rollout, Manifest.canary)
        var patch: JSONValue = ["spec": ["strategy": ["canary": canary]]]
        if canary == "x" { patch = ["spec": ["template": ["spek": [:]]]] }
        let response = cluster.patch(.rollout, "checkout", .merge, patch, options: strict)
        #expect(response.code == 400)
        #expect(response.document["message"]?.stringValue?.contains("strict decoding error: unknown field") == true)
    }

    @Test(arguments: Manifest.all)
    mutating func `a manifest with valid fields is kept whole`(manifest: Manifest) {
        let response = cluster.create(manifest.kind, manifest.document, options: strict)
        #expect(response.code == 201, "\(response.document.text)")
        #expect(response.warnings == [])
        #expect(response.document["spec"] == manifest.document["spec"])
    }

    @Test mutating func `what the controller writes into the status is kept whole`() {
        let status: JSONValue = [
            "observedGeneration": "1", "phase": "Paused", "currentStepIndex": 1, "HPAReplicas": 4,
            "canary": ["weights": ["canary": ["weight": 10], "verified": nil]], "blueGreen": [:], "abort": true,
            "pauseConditions": [["reason": "CanaryPauseStep", "startTime": "2026-01-01T00:00:00Z"]],
        ]
        cluster.create(.rollout, Manifest.canary)
        let response = cluster.patch(
            .rollout, "checkout", .merge, ["status": status], subresource: "status", options: strict)
        #expect(response.code == 200)
        let kept = cluster.get(.rollout, "checkout")["status"]
        #expect(kept?["pauseConditions"] == status["pauseConditions"])
        #expect(kept?["observedGeneration"] == "1")
        #expect(kept?.at("canary", "weights", "canary", "weight") == 10)
    }

    @Test mutating func `values that a controller has its own words for are let through`() {
        var body = Manifest.canary
        body.set([["setWeight": 110], [:], ["pause": ["duration": "soon"]]], at: "spec", "strategy", "canary", "steps")
        body.set(-1, at: "spec", "minReadySeconds")
        #expect(cluster.create(.rollout, body, options: strict).code == 201)
    }

    @Test mutating func `a value of a wrong type is refused and named`() {
        var body = Manifest.canary
        body.set("three", at: "spec", "replicas")
        let response = cluster.create(.rollout, body)
        #expect(response.code == 422)
        #expect(response.document.at("details", "causes")?[0]?["field"] == "spec.replicas")
    }

    @Test mutating func `null means the same as no field`() {
        var body = Manifest.canary
        body.set(nil as JSONValue, at: "spec", "minReadySeconds")
        body.set(nil as JSONValue, at: "spec", "strategy", "canary", "analysis")
        let response = cluster.create(.rollout, body, options: strict)
        #expect(response.code == 201)
        #expect(response.document["spec"] == Manifest.canary["spec"])
    }
}
