import ClusterPlanning
import JSON
import KubernetesModel
import Planning
import Testing

private let jobOwner = OwnerReference(apiVersion: "batch/v1", kind: "Job", name: "report", uid: "uid-report")

private func job(_ spec: JSONValue = [:], status: JSONValue = [:]) -> KubernetesObject {
    var fields: JSONValue = [
        "selector": ["matchLabels": ["app": "web"]], "parallelism": 1, "completions": 1, "backoffLimit": 6,
        "template": ["metadata": ["labels": ["app": "web"]], "spec": ["restartPolicy": "Never"]],
    ]
    fields = fields.applyingMergePatch(spec)
    return KubernetesObject([
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": ["name": "report", "namespace": "shop", "uid": "uid-report", "resourceVersion": "5"],
        "spec": fields, "status": status,
    ])
}

private func pod(_ name: String, _ phase: String = "Running", endedAt: Double? = nil) -> PodFixture {
    var pod = PodFixture(name: name, phase: phase, owner: jobOwner)
    pod.endedAt = endedAt
    return pod
}

@Suite("Job controller") struct JobControllerTests {
    private let key = ObjectKey(namespace: "shop", name: "report")
    private let controller = JobController()

    private func plan(_ job: KubernetesObject, _ pods: [PodFixture], at seconds: Double = 100) -> Plan {
        controller.plan(
            key, in: world([(ResourceKind.job, job)] + pods.map { (ResourceKind.pod, $0.object) }), now: after(seconds))
    }

    private func verbs(_ plan: Plan) -> [String] {
        lines(plan).map { String($0.prefix { $0 != "{" }).trimmed }
    }

    @Test(arguments: [
        (parallelism: 2, completions: 5, succeeded: 0, active: 0, created: 2),
        (parallelism: 2, completions: 5, succeeded: 4, active: 0, created: 1),
        (parallelism: 9, completions: 2, succeeded: 0, active: 1, created: 1),
        (parallelism: 0, completions: 2, succeeded: 0, active: 0, created: 0),
    ])
    func `as many pods run as may and as are needed`(
        parallelism: Int, completions: Int, succeeded: Int, active: Int, created: Int
    ) {
        let spec: JSONValue = [
            "parallelism": .number(JSONNumber(parallelism)), "completions": .number(JSONNumber(completions)),
        ]
        let pods = (0..<succeeded).map { pod("s\($0)", "Succeeded") } + (0..<active).map { pod("a\($0)") }
        #expect(verbs(plan(job(spec), pods)).count { $0 == "create Pod shop/report-*" } == created)
    }

    @Test func `a Job is complete when enough pods have succeeded`() {
        let plan = plan(job(), [pod("a", "Succeeded")])
        #expect(
            verbs(plan) == ["patch Job shop/report/status", "event Job shop/report Normal Completed: Job completed"])
        #expect(lines(plan)[0].contains("\"completionTime\":\"2026-01-01T00:01:40Z\""))
        #expect(lines(plan)[0].contains("\"type\":\"Complete\""))
    }

    @Test func `a work queue makes no pods after the first success and ends with the last one`() {
        let spec: JSONValue = ["completions": nil, "parallelism": 3]
        let some = plan(job(spec), [pod("a", "Succeeded"), pod("b")])
        #expect(!verbs(some).contains { $0.hasPrefix("create") || $0.contains("Completed") })
        #expect(
            verbs(plan(job(spec), [pod("a", "Succeeded"), pod("b", "Succeeded")])).last?.contains("Completed") ?? false)
    }

    @Test func `too many failures end a Job and its other pods`() {
        let plan = plan(job(["backoffLimit": 0, "parallelism": 2, "completions": 2]), [pod("a", "Failed"), pod("b")])
        #expect(verbs(plan).first == "delete Pod shop/b")
        #expect(lines(plan)[1].contains("\"reason\":\"BackoffLimitExceeded\""))
        #expect(
            verbs(plan).last?.hasSuffix("BackoffLimitExceeded: Job has reached the specified backoff limit") ?? false)
    }

    @Test func `restarts in place count against the limit`() {
        let spec: JSONValue = ["backoffLimit": 2, "template": ["spec": ["restartPolicy": "OnFailure"]]]
        var running = pod("a")
        running.restarts = 1
        #expect(!lines(plan(job(spec), [running])).contains { $0.contains("BackoffLimitExceeded") })
        running.restarts = 2
        #expect(lines(plan(job(spec), [running])).contains { $0.contains("BackoffLimitExceeded") })
    }

    @Test func `a Job ends at its deadline, and the plan wakes then`() {
        let late = job(["activeDeadlineSeconds": 10], status: ["startTime": "2026-01-01T00:00:00Z"])
        #expect(plan(late, [pod("a")], at: 9).wakeAt == after(10))
        let over = plan(late, [pod("a")], at: 10)
        #expect(verbs(over).first == "delete Pod shop/a")
        #expect(lines(over)[1].contains("Job was active longer than specified deadline"))
    }

    @Test(arguments: [(failures: 1, wait: 0.0), (2, 10), (3, 20), (4, 40), (12, 360)])
    func `the wait before a replacement grows with the failures`(failures: Int, wait: Double) {
        let pods = (1...failures).map { pod("f\($0)", "Failed", endedAt: 50) }
        let spec: JSONValue = ["backoffLimit": 100]
        if wait > 0 {
            let early = plan(job(spec), pods, at: 50 + wait - 1)
            #expect(!verbs(early).contains { $0.hasPrefix("create") })
            #expect(early.wakeAt == after(50 + wait))
        }
        #expect(verbs(plan(job(spec), pods, at: 50 + wait)).contains("create Pod shop/report-*"))
    }

    @Test func `an ended Job is deleted when its time after the end is over`() {
        let condition: JSONValue = [
            "type": "Complete", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z",
        ]
        let ended = job(["ttlSecondsAfterFinished": 30], status: ["conditions": [condition]])
        #expect(plan(ended, [], at: 29) == Plan(wakeAt: after(30)))
        #expect(lines(plan(ended, [], at: 30)) == ["delete Job shop/report"])
        #expect(plan(job(status: ["conditions": [condition]]), [], at: 1_000) == Plan())
    }

    @Test func `what is not carried out is named, and the Job left alone`() {
        let plan = plan(job(["completionMode": "Indexed", "suspend": true]), [])
        #expect(plan.effects.count == 1)
        #expect(lines(plan)[0].contains("spec.completionMode: Indexed, spec.suspend is not supported here"))
    }

    @Test func `a status that is already right is not written`() {
        let status: JSONValue = ["active": 1, "ready": 0, "startTime": "2026-01-01T00:00:00Z"]
        #expect(plan(job(status: status), [pod("a")]) == Plan())
    }
}

extension String {
    fileprivate var trimmed: String { String(self.reversed().drop { $0 == " " }.reversed()) }
}
