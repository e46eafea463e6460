import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel
import Logging
import RolloutModel

/// A connection to a cluster for the time of one command.
struct RolloutSession: Sendable {
    let api: KubernetesHTTPClient
    /// The namespace that is meant where none is given.
    let namespace: String
    let logger: Logger

    /// Connects, runs a command, and closes the connections; Ctrl-C ends it in between.
    static func run(
        _ options: ClientOptions, _ body: @escaping @Sendable (RolloutSession) async throws -> Void
    ) async throws {
        let logger = options.makeLogger()
        let configuration = try options.configuration()
        try await Program.run(logger: logger) {
            let api = try KubernetesHTTPClient(configuration, logger: logger)
            let result = await Result {
                try await body(RolloutSession(api: api, namespace: configuration.namespace, logger: logger))
            }
            try await api.shutdown()
            try result.get()
        }
    }

    /// Sends one patch to each of the Rollouts in turn, and says so: `rollout 'checkout' paused`.
    static func send(
        _ patch: RolloutVerb.Patch, to names: [String], _ options: ClientOptions, said done: String
    ) async throws {
        try await run(options) { session in
            for name in names {
                try await session.send([patch], to: name)
                StandardStream.output.line("rollout '\(name)' \(done)")
            }
        }
    }

    /// Reads a Rollout.
    ///
    /// - Throws: `UsageProblem` with a remedy when there is none of that name.
    func rollout(_ name: String) async throws -> KubernetesObject {
        do {
            return try await api.get(.rollout, ObjectKey(namespace: namespace, name: name))
        } catch let failure as KubernetesFailure where failure.isNotFound {
            throw Self.missing(name, in: namespace)
        }
    }

    /// What to say about a Rollout that is not there.
    static func missing(_ name: String, in namespace: String) -> UsageProblem {
        UsageProblem(
            "rollouts.argoproj.io \"\(name)\" not found in namespace \"\(namespace)\". `list rollouts -A` shows those "
                + "of all namespaces; choose another one with -n.")
    }

    /// Sends the patches of a verb, in order.
    func send(_ patches: [RolloutVerb.Patch], to name: String) async throws {
        for patch in patches { try await send(patch, to: name) }
    }

    /// Clusters of before the status subresource take the status with the object.
    private func send(_ patch: RolloutVerb.Patch, to name: String) async throws {
        let key = ObjectKey(namespace: namespace, name: name)
        var write = KubernetesWrite.Patch(
            .rollout, key, body: patch.body, subresource: patch.subresource)
        do {
            _ = try await api.perform(.patch(write))
        } catch let failure as KubernetesFailure where failure.isNotFound {
            guard patch.subresource != nil else { throw Self.missing(name, in: namespace) }
            write.subresource = nil
            do {
                _ = try await api.perform(.patch(write))
            } catch let failure as KubernetesFailure where failure.isNotFound {
                throw Self.missing(name, in: namespace)
            }
        }
    }

    /// The workload that a Rollout takes its pod template from; `nil` without one, and when it is not there.
    func workload(of rollout: KubernetesObject) async throws -> KubernetesObject? {
        guard let reference = try ReferencedWorkload(of: rollout) else { return nil }
        do {
            return try await api.get(reference.kind, reference.key)
        } catch let failure as KubernetesFailure where failure.isNotFound {
            return nil
        }
    }

    /// The objects of a kind in the namespace.
    func objects(_ kind: ResourceKind) async throws -> [KubernetesObject] {
        try await api.list(kind, WatchScope(namespace: namespace)).items
    }
}

/// The workload that `spec.workloadRef` names.
struct ReferencedWorkload: Sendable {
    var kind: ResourceKind
    var key: ObjectKey
    /// Where its pod template stands.
    var templatePath: [String]

    /// `nil` when the Rollout has its own pod template.
    ///
    /// - Throws: `UsageProblem` for a kind that has no pod template.
    init?(of rollout: KubernetesObject) throws {
        guard let reference = rollout.spec["workloadRef"], reference.objectValue != nil else {
            return nil
        }
        let name = reference["kind"]?.stringValue ?? ""
        guard
            let kind = [ResourceKind.deployment, .replicaSet, .podTemplate].first(where: {
                $0.kind == name
            })
        else {
            throw UsageProblem(
                "Rollout \(rollout.key) takes its pod template from a \"\(name)\"; Deployment, ReplicaSet and "
                    + "PodTemplate are known. Correct spec.workloadRef.kind.")
        }
        self.kind = kind
        key = ObjectKey(namespace: rollout.namespace, name: reference["name"]?.stringValue ?? "")
        templatePath = WorkloadReference.templatePath(of: kind)
    }
}
