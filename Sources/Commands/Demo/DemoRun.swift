import AsyncHTTPClient
import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel
import Logging
import NIOCore
import NIOHTTP1
import RolloutPlanning
import Sandbox

/// One demonstration in a running sandbox: apply, drive traffic, update, watch, judge.
struct DemoRun: Sendable {
    /// How long each part may take before the run is judged as it stands.
    private static let healthyTimeout: Duration = .seconds(60)
    private static let updateTimeout: Duration = .seconds(180)
    private static let pollInterval: Duration = .milliseconds(50)
    /// How much earlier than noticed a weight may have changed.
    private static let margin: Duration = .milliseconds(300)

    var scenario: DemoScenario
    var manifests: DemoManifests
    var image: String
    var rate: Int
    var seed: UInt64
    var sandbox: Sandbox
    var client: KubernetesHTTPClient
    var http: HTTPClient
    var progress: StandardStream
    var startedAt: Timestamp

    private var clock: WallClock { WallClock() }

    /// Runs to the end and judges.
    func run() async throws -> DemoReport {
        var screen = DemoScreen(stream: progress, start: startedAt)
        var record = DemoRecord()
        let log = TrafficLog()
        let applied = try await ManifestApplier(api: client).apply(manifests.documents)
        for object in applied { screen.say("applied \(object.kind) \(object.key)", at: clock.now) }
        let healthy = try await follow(&record, &screen, log, timeout: Self.healthyTimeout) { $0.isSettled }
        guard healthy.isSettled else {
            return report(record, log, ["the first version did not become Healthy: \(healthy.phase) \(healthy.message)"])
        }
        let address = try await listenerAddress()
        try await waitForAnswer(at: address)
        screen.say("the load balancer answers at http://\(address)", at: clock.now)
        let driver = TrafficDriver(address: address, host: "checkout.example.com", rate: rate, log: log)
        let last = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await driver.run(using: http) }
            let last = try await update(&record, &screen, log)
            group.cancelAll()
            return last
        }
        record.count(
            log, image: image, lag: sandbox.settings.propagationDelay, margin: Self.margin, now: clock.now)
        return report(record, log, scenario.problems(record, log, last: last, image: image))
    }

    private func update(
        _ record: inout DemoRecord, _ screen: inout DemoScreen, _ log: TrafficLog
    ) async throws -> DemoSnapshot {
        try await clock.runtime.sleep(.seconds(1))
        record.beginUpdate()
        try await setImage()
        screen.say("set image \(image)", at: clock.now)
        switch scenario {
        case .canary:
            return try await follow(&record, &screen, log, timeout: Self.updateTimeout) { snapshot in
                snapshot.isSettled && snapshot.pods.allSatisfy { Self.image(of: $0) == image }
            }
        case .abort:
            let half = try await follow(&record, &screen, log, timeout: Self.updateTimeout) { snapshot in
                snapshot.confirmedWeight == 50
            }
            guard half.confirmedWeight == 50 else { return half }
            try await clock.runtime.sleep(.seconds(2))
            try await abort()
            screen.say("aborted at \(half.confirmedWeight ?? 0) %", at: clock.now)
            return try await follow(&record, &screen, log, timeout: Self.updateTimeout) { snapshot in
                snapshot.isAborted && snapshot.confirmedWeight == 0
                    && snapshot.pods.allSatisfy { Self.image(of: $0) != image }
            }
        }
    }

    /// Looks twenty times a second until `isDone` or the timeout; the last look.
    private func follow(
        _ record: inout DemoRecord, _ screen: inout DemoScreen, _ log: TrafficLog, timeout: Duration,
        until isDone: (DemoSnapshot) -> Bool
    ) async throws -> DemoSnapshot {
        let deadline = clock.now.advanced(by: timeout)
        while true {
            let snapshot = try await look()
            record.add(snapshot)
            for ip in sandbox.reachableAddresses() { record.noteReachable(ip: ip, at: snapshot.at) }
            screen.show(snapshot, log.summary(canary: image, now: snapshot.at))
            if isDone(snapshot) || snapshot.at > deadline { return snapshot }
            try await clock.runtime.sleep(Self.pollInterval)
        }
    }

    private func look() async throws -> DemoSnapshot {
        let rollout = try await client.get(.rollout, manifests.rolloutKey)
        let ingress = try await client.get(.ingress, manifests.ingress)
        let scope = WatchScope(namespace: manifests.rolloutKey.namespace, labels: manifests.selector)
        let pods = try await client.list(.pod, scope).items
        return DemoSnapshot(
            at: clock.now, rollout: rollout, ingress: ingress, pods: pods, action: manifests.action)
    }

    static func image(of pod: KubernetesObject) -> String {
        pod.spec["containers"]?[0]?["image"]?.stringValue ?? ""
    }

    // MARK: verbs

    private func setImage() async throws {
        let patch: JSONValue = [
            ["op": "replace", "path": "/spec/template/spec/containers/0/image", "value": .string(image)]
        ]
        _ = try await client.perform(.patch(.init(.rollout, manifests.rolloutKey, type: .json, body: patch)))
    }

    private func abort() async throws {
        let body: JSONValue = ["status": ["abort": true]]
        _ = try await client.perform(
            .patch(.init(.rollout, manifests.rolloutKey, body: body, subresource: "status")))
    }

    // MARK: the load balancer

    private func listenerAddress() async throws -> String {
        let deadline = clock.now.advanced(by: .seconds(20))
        while clock.now < deadline {
            if let address = sandbox.loadBalancers().first?.listeners.first?.address { return address }
            try await clock.runtime.sleep(Self.pollInterval)
        }
        throw UsageProblem(
            "No load balancer listener appeared within 20 s for Ingress \(manifests.ingress); its events say why.")
    }

    /// Waits until every node of the load balancer answers: for as long as they may differ, each of a series of fresh
    /// connections has to get a 2xx.
    private func waitForAnswer(at address: String) async throws {
        let deadline = clock.now.advanced(by: .seconds(30))
        let needed = sandbox.settings.propagationDelay + .milliseconds(500)
        var answeringSince: Timestamp?
        var seen = "no response"
        while clock.now < deadline {
            var request = HTTPClientRequest(url: "http://\(address)/")
            request.headers.add(name: "connection", value: "close")
            do {
                let response = try await http.execute(request, timeout: .seconds(2))
                let isGood = (200..<300).contains(response.status.code)
                seen = "status \(response.status.code)"
                answeringSince = isGood ? answeringSince ?? clock.now : nil
            } catch {
                seen = "\(error)"
                answeringSince = nil
            }
            if let since = answeringSince, since.duration(to: clock.now) >= needed { return }
            try await clock.runtime.sleep(Self.pollInterval)
        }
        throw UsageProblem("http://\(address)/ did not answer with 2xx steadily within 30 s (last: \(seen)).")
    }

    private func report(_ record: DemoRecord, _ log: TrafficLog, _ problems: [String]) -> DemoReport {
        let summary = log.summary(canary: image, now: clock.now)
        return DemoReport(
            scenario: scenario.rawValue, problems: problems, requests: summary.requests, failed: summary.failed,
            byStatus: log.byStatus, p50: summary.p50, p99: summary.p99, steps: record.steps, pods: record.sortedPods,
            wallSeconds: startedAt.duration(to: clock.now).inSeconds, seed: seed)
    }
}
