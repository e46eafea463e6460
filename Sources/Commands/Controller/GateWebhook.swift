import AdmissionWebhook
import ControllerRuntime
import FoundationEssentials
import IngressPlanning
import JSON
import KubernetesClient
import KubernetesModel
import Logging
import Planning

/// Gives new pods the readiness gates of their target groups.
///
/// It never refuses a pod: where it does not know enough, the pod gets no gate.
struct GateWebhook: Sendable {
    /// How long the read of Services may take.
    private static let readLimit = Duration.seconds(3)
    /// How often files are looked at.
    private static let fileInterval = Duration.seconds(60)

    var settings: WebhookSettings
    var ingress: IngressSettings
    var runtime: ControllerRuntime
    var api: any KubernetesAPI
    var leadership: Leadership
    /// The controller's own namespace.
    var namespace: String
    var logger: Logger

    /// Serves until cancelled.
    ///
    /// - Throws: `WebhookListenFailure` when the address cannot be listened at.
    func run() async throws {
        let identity = ServingIdentity()
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let server = WebhookServer(
            host: settings.host, port: settings.port, identity: identity,
            reviewers: [WebhookConfiguration.path: { request in await review(request) }], logger: logger,
            onListening: { found.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask {
                for await port in ports { return await keep(identity, port: port) }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func keep(_ identity: ServingIdentity, port: Int) async {
        if let files = settings.files { return await follow(files, identity) }
        let namespace = settings.namespace ?? namespace
        let keeper = WebhookKeeper(
            api: api, clock: WallClock().runtime, leadership: leadership, identity: identity,
            secret: ObjectKey(namespace: namespace, name: WebhookSettings.secretName),
            configuration: settings.configuration(
                port: port, namespace: namespace, label: GateInjection.namespaceLabel),
            logger: logger)
        await keeper.run()
    }

    /// Shows what the files hold, and what they hold later.
    private func follow(_ files: WebhookSettings.Files, _ identity: ServingIdentity) async {
        while !Task.isCancelled {
            do {
                try identity.show(
                    certificate: String(contentsOfFile: files.certificate, encoding: .utf8),
                    key: String(contentsOfFile: files.key, encoding: .utf8))
            } catch {
                logger.warning(
                    "webhook certificate not read", metadata: ["path": "\(files.certificate)", "error": "\(error)"])
            }
            do { try await Task.sleep(for: Self.fileInterval) } catch { return }
        }
    }

    private func review(_ request: AdmissionRequest) async -> AdmissionAnswer {
        guard request.operation == "CREATE", request.resource == "pods" else { return .allowed }
        let pod = request.object
        guard runtime.isSynced else {
            logger.warning(
                "pod without readiness gates",
                metadata: ["k8s.namespace": "\(request.namespace)", "error": "not all kinds are listed yet"])
            return .allowed
        }
        let objects = runtime.world.objects
        // A Service that was switched just before its pods are made may not have come by the watch.
        let services =
            await currentServices(in: request.namespace)
            ?? objects.objects(
                .service, namespace: request.namespace)
        let patch = GateInjection.patch(
            of: pod, namespace: request.namespace, services: services, objects: objects, settings: ingress)
        guard let patch else { return .allowed }
        let generated = pod.document.at("metadata", "generateName")?.stringValue ?? ""
        logger.info(
            "readiness gates added",
            metadata: [
                "k8s.object": "\(request.namespace)/\(pod.name.isEmpty ? generated : pod.name)",
                "patch": "\(patch.document.text)",
            ])
        return AdmissionAnswer(isAllowed: true, patch: patch)
    }

    /// The Services as they are now; `nil` when the API server did not say so in time.
    private func currentServices(in namespace: String) async -> [KubernetesObject]? {
        await withTaskGroup(of: [KubernetesObject]?.self) { group in
            group.addTask {
                do {
                    return try await api.list(.service, WatchScope(namespace: namespace)).items
                } catch {
                    logger.warning(
                        "services not read", metadata: ["k8s.namespace": "\(namespace)", "error": "\(error)"])
                    return nil
                }
            }
            group.addTask {
                do { try await Task.sleep(for: Self.readLimit) } catch { return nil }
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
