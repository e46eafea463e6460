import ClusterPlanning
import JSON
import KubernetesModel
import Testing

/// A node in virtual time: the servers and probes are played, and everything that happens is written down.
private struct VirtualNode {
    var lifecycle: PodLifecycle
    var now = start
    var trace: [String] = []
    /// As written last.
    private(set) var lastStatus: JSONValue = [:]
    /// Whether probes succeed; before the server listens they fail whatever this says.
    var isHealthy = true
    /// How long the server takes to answer what is in flight after SIGTERM; `nil`: it never ends.
    var drain: Duration? = .zero
    private var pending: [(at: Timestamp, event: PodEvent)] = []

    init(_ spec: String, status: String = "{}", creation: Duration = .seconds(1)) throws {
        let pod = try object(
            """
            {"metadata":{"name":"web-1","namespace":"shop","uid":"u1"},"spec":\(spec),"status":\(status)}
            """)
        let placement = PodLifecycle.Placement(podIP: "10.244.1.2", hostIP: "10.0.0.1", creation: creation)
        lifecycle = PodLifecycle(pod: pod, placement: placement, now: start)
        send(.wake)
    }

    mutating func send(_ event: PodEvent) {
        for action in lifecycle.handle(event, now: now) { carryOut(action) }
    }

    mutating func run(until seconds: Double) {
        let end = after(seconds)
        while true {
            let next = pending.map(\.at).min()
            let due = [next, lifecycle.wakeAt].compactMap(\.self).min()
            guard let due, due <= end else { break }
            now = max(now, due)
            if let index = pending.firstIndex(where: { $0.at <= now }) {
                send(pending.remove(at: index).event)
            } else {
                send(.wake)
            }
        }
        now = end
    }

    mutating func delete(grace: Int? = nil) {
        var pod = lifecycle.pod
        pod.document.set(.string(now.rfc3339), at: "metadata", "deletionTimestamp")
        if let grace { pod.document.set(.number(JSONNumber(grace)), at: "metadata", "deletionGracePeriodSeconds") }
        send(.observed(pod))
    }

    private mutating func carryOut(_ action: PodAction) {
        switch action {
        case .event: break
        case .startServer(let server): record("listen \(server.address) \(server.container.ports)")
        case .stopAccepting(let name):
            record("SIGTERM \(name)")
            if let drain { pending.append((now.advanced(by: drain), .stopped(container: name))) }
        case .kill(let name): record("SIGKILL \(name)")
        case .probe(let request):
            let success = isHealthy && lifecycle.isServing(container: request.id.container)
            record("probe \(request.id.purpose) \(success ? "ok" : "failed")")
            pending.append((now, .probed(request.id, success: success)))
        case .write(.delete(let deletion)): record("delete grace=\(deletion.gracePeriodSeconds ?? -1)")
        case .write(.patch(let patch)):
            lastStatus = patch.body["status"] ?? [:]
            let status = patch.body["status"] ?? [:]
            let conditions = status["conditions"]?.arrayValue ?? []
            let ready = conditions.first { $0["type"]?.stringValue == "Ready" }
            record("\(status["phase"]?.stringValue ?? "") ready=\(ready?["status"]?.stringValue ?? "")")
        case .write(let write): record("\(write)")
        }
    }

    private mutating func record(_ line: String) {
        let seconds = start.duration(to: now).inSeconds
        trace.append("\(seconds) \(line)")
    }
}

@Suite("Programs that end") struct ProgramEndingTests {
    private static func node(policy: String, after: String = "2", code: Int) throws -> VirtualNode {
        try VirtualNode(
            """
            {"restartPolicy":"\(policy)","containers":[{"name":"work","image":"w:1","env":[
             {"name":"WEIR_EXIT_AFTER_SECONDS","value":"\(after)"},{"name":"WEIR_EXIT_CODE","value":"\(code)"}]}]}
            """)
    }

    private func statuses(_ node: VirtualNode) -> [String] { node.trace.filter { $0.contains("ready=") } }

    @Test(arguments: [
        ("Never", 0, "3.0 Succeeded ready=False"), ("Never", 3, "3.0 Failed ready=False"),
        ("OnFailure", 0, "3.0 Succeeded ready=False"),
    ])
    func `a pod has ended when its program has`(policy: String, code: Int, last: String) throws {
        var node = try Self.node(policy: policy, code: code)
        node.run(until: 600)
        #expect(statuses(node) == ["0.0 Pending ready=False", "1.0 Running ready=True", last])
        #expect(node.lifecycle.wakeAt == nil)
    }

    @Test(arguments: [("OnFailure", 1), ("Always", 0)])
    func `a program is started again at once, then after waits that grow`(policy: String, code: Int) throws {
        var node = try Self.node(policy: policy, code: code)
        node.run(until: 18)
        let expected = [
            "0.0 Pending ready=False", "1.0 Running ready=True", "3.0 Running ready=True", "5.0 Running ready=False",
            "15.0 Running ready=True", "17.0 Running ready=False",
        ]
        #expect(statuses(node) == expected)
        #expect(node.lifecycle.wakeAt == after(37))
        node.delete()
        #expect(node.lifecycle.isFinished)
    }

    @Test func `a program that is told to stop does not end by itself any more`() throws {
        var node = try Self.node(policy: "Never", after: "5", code: 1)
        node.drain = .seconds(9)
        node.run(until: 4)
        node.delete()
        node.run(until: 60)
        #expect(node.trace.suffix(2) == ["13.0 Succeeded ready=False", "13.0 delete grace=0"])
    }

    @Test(
        arguments: [
            (["sleep", "5"], 5, 0), (["/bin/true"], 0, 0), (["false"], 0, 1),
            (["sh", "-c", "echo hello; sleep 0.5 && exit 3; sleep 9"], 0.5, 3),
            (["/bin/sh", "-ec", "false\nsleep 1"], 1, 0),
        ] as [([String], Double, Int)])
    func `simple commands end as they say`(command: [String], seconds: Double, code: Int) {
        let expected = ProgramEnding(after: .microseconds(Int64(seconds * 1_000_000)), exitCode: code)
        #expect(ProgramEnding(command: command) == expected)
    }

    @Test(arguments: [
        [], ["/server"], ["sh", "-c", "curl example.com"], ["sh", "-c", " "], ["exit", "many"], ["sleep"],
    ])
    func `a command that is not understood says nothing about an end`(command: [String]) {
        #expect(ProgramEnding(command: command) == nil)
    }
}

@Suite("Pod lifecycle") struct PodLifecycleTests {
    private static func spec(_ container: String = "", _ pod: String = "") -> String {
        """
        {"nodeName":"n1","terminationGracePeriodSeconds":30\(pod),"containers":[{"name":"web","image":"r/web:2",
         "ports":[{"name":"http","containerPort":8080}]\(container)}]}
        """
    }

    @Test func `without a probe a pod is ready as soon as its container runs`() throws {
        var node = try VirtualNode(Self.spec(",\"env\":[{\"name\":\"WEIR_STARTUP_SECONDS\",\"value\":\"2.5\"}]"))
        node.run(until: 60)
        let expected = [
            "0.0 Pending ready=False", "1.0 Running ready=True", "3.5 listen 10.244.1.2 [8080]",
        ]
        #expect(node.trace == expected)
        #expect(node.lifecycle.wakeAt == nil)
    }

    @Test func `the readiness probe starts after its delay and repeats with its period`() throws {
        let probe = """
            ,"env":[{"name":"WEIR_STARTUP_SECONDS","value":"6"}],
            "readinessProbe":{"httpGet":{"port":"http","path":"/ready"},"initialDelaySeconds":2,"periodSeconds":3}
            """
        var node = try VirtualNode(Self.spec(probe))
        node.run(until: 11)
        let expected = [
            "0.0 Pending ready=False", "1.0 Running ready=False", "3.0 probe readiness failed",
            "6.0 probe readiness failed", "7.0 listen 10.244.1.2 [8080]", "9.0 probe readiness ok",
            "9.0 Running ready=True",
        ]
        #expect(node.trace == expected)
        #expect(node.lifecycle.wakeAt == after(12))
    }

    @Test func `a ready pod becomes unready after failureThreshold failures in a row`() throws {
        let probe = """
            ,"readinessProbe":{"httpGet":{"port":8080},"periodSeconds":1,"successThreshold":2,"failureThreshold":2}
            """
        var node = try VirtualNode(Self.spec(probe))
        node.run(until: 3.5)
        #expect(node.trace.last == "3.0 probe readiness ok")
        #expect(node.trace.contains("2.0 Running ready=True"))
        node.isHealthy = false
        node.run(until: 5.5)
        #expect(node.trace.suffix(2) == ["5.0 probe readiness failed", "5.0 Running ready=False"])
    }

    @Test func `readiness is not probed before the startup probe has succeeded`() throws {
        let probe = """
            ,"startupProbe":{"tcpSocket":{"port":8080},"periodSeconds":5},"readinessProbe":{"tcpSocket":{"port":8080}},
            "env":[{"name":"WEIR_STARTUP_SECONDS","value":"3"}]
            """
        var node = try VirtualNode(Self.spec(probe))
        node.run(until: 6)
        let probes = node.trace.filter { $0.contains("probe") }
        #expect(probes == ["1.0 probe startup failed", "6.0 probe startup ok", "6.0 probe readiness ok"])
    }

    @Test func `an unmet readiness gate keeps a healthy pod unready and says which`() throws {
        let gates = ",\"readinessGates\":[{\"conditionType\":\"lb/web\"}]"
        var node = try VirtualNode(Self.spec("", gates))
        node.run(until: 5)
        #expect(node.trace.last == "1.0 Running ready=False")
        var pod = node.lifecycle.pod
        pod.document.set([["type": "lb/web", "status": "True"]], at: "status", "conditions")
        node.send(.observed(pod))
        #expect(node.trace.last == "5.0 Running ready=True")
    }

    @Test func `deletion runs the hook, then SIGTERM, then drains, then deletes for good`() throws {
        let hook = ",\"lifecycle\":{\"preStop\":{\"exec\":{\"command\":[\"sh\",\"-c\",\"sleep 10 && true\"]}}}"
        var node = try VirtualNode(Self.spec(hook))
        node.drain = .seconds(4)
        node.run(until: 20)
        node.delete()
        node.run(until: 100)
        let expected = ["30.0 SIGTERM web", "34.0 Succeeded ready=False", "34.0 delete grace=0"]
        #expect(node.trace.suffix(3) == expected)
        #expect(node.lifecycle.isFinished)
    }

    struct Stop: Sendable {
        var hook: Int
        var grace: Int?
        var ignoresSIGTERM = false
        var expected: [String]
    }

    @Test(arguments: [
        Stop(
            hook: 0, grace: 5, ignoresSIGTERM: true,
            expected: ["15.0 SIGKILL web", "15.0 Failed ready=False", "15.0 delete grace=0"]),
        Stop(
            hook: 60, grace: 5,
            expected: ["15.0 SIGTERM web", "17.0 SIGKILL web", "17.0 Failed ready=False", "17.0 delete grace=0"]),
        Stop(hook: 60, grace: 0, expected: ["10.0 SIGKILL web", "10.0 Failed ready=False", "10.0 delete grace=0"]),
        Stop(
            hook: 0, grace: nil,
            expected: ["10.0 SIGTERM web", "40.0 SIGKILL web", "40.0 Failed ready=False", "40.0 delete grace=0"]),
    ])
    func `a server that does not end is killed when its grace period is over`(_ stop: Stop) throws {
        let container = """
            ,"lifecycle":{"preStop":{"sleep":{"seconds":\(stop.hook)}}},
            "env":[{"name":"WEIR_IGNORE_SIGTERM","value":"\(stop.ignoresSIGTERM)"}]
            """
        var node = try VirtualNode(Self.spec(container))
        node.drain = nil
        node.run(until: 10)
        let before = node.trace.count
        node.delete(grace: stop.grace)
        node.run(until: 200)
        #expect(Array(node.trace.dropFirst(before)) == stop.expected)
    }

    @Test func `a second deletion with less time cuts the first one short`() throws {
        var node = try VirtualNode(Self.spec())
        node.drain = nil
        node.run(until: 10)
        node.delete(grace: 60)
        node.run(until: 20)
        node.delete(grace: 3)
        node.run(until: 200)
        #expect(node.trace.suffix(3).first == "23.0 SIGKILL web")
    }

    @Test func `a pod deleted before its container ran never listens`() throws {
        var node = try VirtualNode(Self.spec())
        node.run(until: 0.5)
        node.delete()
        node.run(until: 100)
        #expect(node.trace == ["0.0 Pending ready=False", "0.5 Succeeded ready=False", "0.5 delete grace=0"])
    }

    @Test func `a pod that the API server has forgotten is killed at once`() throws {
        var node = try VirtualNode(Self.spec())
        node.run(until: 10)
        node.send(.removed)
        #expect(node.trace.last == "10.0 SIGKILL web")
        #expect(node.lifecycle.wakeAt == nil)
    }

    @Test(arguments: [JSONValue.null, "NodeNotReady"])
    func `a pod that was marked as not ready for its node's silence is reported as ready again`(
        reason: JSONValue
    ) throws {
        var node = try VirtualNode(#"{"containers":[{"name":"web","image":"a:1"}]}"#)
        node.run(until: 5)
        var pod = node.lifecycle.pod
        var condition: JSONValue = ["type": "Ready", "status": "False"]
        if !reason.isNull { condition["reason"] = reason }
        pod.document.set(["conditions": [condition]], at: "status")
        let actions = node.lifecycle.handle(.observed(pod), now: node.now)
        guard case .write(.patch(let patch)) = try #require(actions.first) else {
            Issue.record("no patch of the status: \(actions)")
            return
        }
        let ready = patch.body.at("status", "conditions")?.arrayValue?.first { $0["type"] == "Ready" }
        #expect(ready?["status"] == "True")
        #expect(ready?["reason"] == .null)
    }

    @Test func `two runs of the same pod leave the same trace`() throws {
        let probe = ",\"readinessProbe\":{\"httpGet\":{\"port\":8080},\"periodSeconds\":2}"
        var first = try VirtualNode(Self.spec(probe))
        var second = try VirtualNode(Self.spec(probe))
        for seconds in [3.0, 9.0, 30.0] {
            first.run(until: seconds)
            second.run(until: seconds)
        }
        #expect(first.trace == second.trace)
    }
}

@Suite("Container spec") struct ContainerSpecTests {
    @Test(arguments: [
        ("{\"sleep\":{\"seconds\":7}}", 7.0), ("{\"exec\":{\"command\":[\"/bin/sleep\",\"15\"]}}", 15),
        ("{\"exec\":{\"command\":[\"sh\",\"-c\",\"nginx -s quit; sleep 2.5\"]}}", 2.5),
        ("{\"httpGet\":{\"path\":\"/\"}}", 0), ("{\"exec\":{\"command\":[\"sleep\",\"now\"]}}", 0),
    ])
    func `preStop hooks last as long as they sleep`(_ hook: String, _ seconds: Double) throws {
        let spec = ContainerSpec(try JSONValue(parsing: "{\"name\":\"c\",\"lifecycle\":{\"preStop\":\(hook)}}"))
        #expect(spec.preStop.inSeconds == seconds)
    }

    @Test(arguments: [
        ("web", "latest"), ("web:1", "1"), ("reg.example:5000/a/web", "latest"), ("reg.example:5000/web:v2", "v2"),
    ])
    func `the version is the image's tag`(_ image: String, _ version: String) {
        #expect(ContainerSpec(["name": "c", "image": .string(image)]).version == version)
    }

    @Test func `behaviour is read from the environment, nonsense is ignored`() throws {
        let container = try JSONValue(
            parsing: """
                {"env":[{"name":"WEIR_STARTUP_SECONDS","value":"1.5"},{"name":"WEIR_LATENCY_MS","value":"x"},
                 {"name":"WEIR_ERROR_RATE","value":"7"},{"name":"WEIR_IGNORE_SIGTERM","value":"1"}]}
                """)
        let behaviour = ContainerSpec(container).behaviour
        #expect(behaviour.startup == .milliseconds(1_500))
        #expect(behaviour.latency == .zero)
        #expect(behaviour.errorRate == 1)
        #expect(behaviour.ignoresSIGTERM)
    }

    @Test func `a port that only a probe names is listened on too`() throws {
        let container = try JSONValue(
            parsing: "{\"ports\":[{\"containerPort\":80}],\"readinessProbe\":{\"httpGet\":{\"port\":8081}}}")
        #expect(ContainerSpec(container).ports == [80, 8081])
    }
}

@Suite("Pods of an earlier run of the node")
struct PodResumptionTests {
    private func node(_ policy: String, _ container: String) throws -> VirtualNode {
        try VirtualNode(
            """
            {"restartPolicy":"\(policy)","containers":[{"name":"web","image":"w:1","ports":[{"containerPort":80}]}]}
            """,
            status: """
                {"startTime":"2020-01-01T00:00:00Z","conditions":[
                {"type":"PodScheduled","status":"True","lastTransitionTime":"2020-01-01T00:00:00Z"},
                {"type":"Ready","status":"True","lastTransitionTime":"2020-01-01T00:00:05Z"}],
                "containerStatuses":[{"name":"web",\(container)}]}
                """)
    }

    @Test func `a running container is started again and counted, and its condition begins anew`() throws {
        var node = try node(
            "Always", #""restartCount":2,"state":{"running":{"startedAt":"2020-01-01T00:00:01Z"}}"#)
        #expect(node.lastStatus.at("containerStatuses")?[0]?["restartCount"] == 2)
        #expect(node.trace == ["0.0 Running ready=False"])
        node.run(until: 2)
        let status = try #require(node.lastStatus.at("containerStatuses")?[0])
        #expect(status["restartCount"] == 3)
        #expect(
            status.at("lastState", "terminated") == [
                "exitCode": 255, "reason": "Unknown", "startedAt": "2020-01-01T00:00:01Z",
                "finishedAt": .string(start.rfc3339),
            ])
        #expect(node.trace.last == "1.0 Running ready=True")
        let conditions = node.lastStatus["conditions"]?.arrayValue ?? []
        let since = conditions.map { "\($0["type"]?.stringValue ?? "") \($0["lastTransitionTime"]?.stringValue ?? "")" }
        #expect(since.contains("PodScheduled 2020-01-01T00:00:00Z"))
        #expect(since.contains("Ready \(after(1).rfc3339)"))
        #expect(node.lastStatus["startTime"] == "2020-01-01T00:00:00Z")
    }

    @Test func `a container that never ran is not counted`() throws {
        var node = try node("Always", #""restartCount":0,"state":{"waiting":{"reason":"ContainerCreating"}}"#)
        node.run(until: 2)
        #expect(node.lastStatus.at("containerStatuses")?[0]?["restartCount"] == 0)
        #expect(node.trace.last == "1.0 Running ready=True")
    }

    @Test(
        "what is not restarted stays ended",
        arguments: [
            ("Never", #""state":{"running":{"startedAt":"2020-01-01T00:00:01Z"}}"#, "Failed"),
            ("Never", #""state":{"terminated":{"exitCode":0,"finishedAt":"2020-01-01T00:00:09Z"}}"#, "Succeeded"),
            ("OnFailure", #""state":{"terminated":{"exitCode":0,"finishedAt":"2020-01-01T00:00:09Z"}}"#, "Succeeded"),
        ])
    func ended(policy: String, state: String, phase: String) throws {
        var node = try node(policy, "\"restartCount\":0,\(state)")
        node.run(until: 5)
        #expect(node.trace == ["0.0 \(phase) ready=False"])
    }

    @Test func `a container that had failed is started again`() throws {
        var node = try node(
            "OnFailure", #""restartCount":1,"state":{"terminated":{"exitCode":3,"finishedAt":"2020-01-01T00:00:09Z"}}"#)
        node.run(until: 2)
        let status = try #require(node.lastStatus.at("containerStatuses")?[0])
        #expect(status["restartCount"] == 2)
        #expect(status.at("lastState", "terminated", "exitCode") == 3)
        #expect(status.at("lastState", "terminated", "reason") == "Error")
    }
}
