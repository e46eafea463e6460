import ArgumentParser
import JSON
import KubernetesModel
import RolloutModel
import RolloutView

/// `weir plan -f MANIFESTS`: what applying them would do, before anything is applied.
struct PlanCommand: AsyncParsableCommand {
    /// How the forecast is printed.
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what applying manifests would do, step by step, before anything is applied.",
        discussion: """
            The present Rollouts, Services and Ingresses are read from the cluster and set up in a simulation, in \
            which the manifests are then applied and Weir's controllers run in virtual time. Nothing is changed. \
            Without a cluster (--offline) the manifests are applied to an empty one. The exit code is 1 when a \
            Rollout does not become Healthy, or a promise would be broken on the way.
            """)

    @Option(
        name: .shortAndLong, parsing: .singleValue,
        help: "A file or folder with manifests (repeatable); - is standard input.", completion: .file())
    var filename: [String]

    @Flag(help: "Do not read a cluster: everything is new.")
    var offline = false

    @Option(name: .shortAndLong, help: "text or json.")
    var output = Output.text

    @Option(help: "Give up when the update takes longer than this in virtual time.")
    var within: GoDurationArgument = "24h"

    @Option(help: "Determines the simulation's draws.")
    var seed: UInt64 = 1

    @OptionGroup var client: ClientOptions

    init() {}

    func run() async throws {
        let wanted = try filename.flatMap(ManifestInput.documents)
        let (output, limit, seed) = (output, within.duration, seed)
        if offline {
            let manifests = try PlannedManifests(wanted, namespace: client.namespace ?? "default")
            return try Self.show(
                try Forecast(manifests, present: nil, seed: seed, limit: limit).made(), output)
        }
        try await RolloutSession.run(client) { session in
            let manifests = try PlannedManifests(wanted, namespace: session.namespace)
            let present = try await PresentState.read(manifests, session)
            try Self.show(
                try Forecast(manifests, present: present, seed: seed, limit: limit).made(), output)
        }
    }

    private static func show(_ forecast: UpdateForecast, _ output: Output) throws {
        switch output {
        case .text: StandardStream.output.write(forecast.text)
        case .json: StandardStream.output.line(forecast.document.prettyText)
        }
        if forecast.untilHealthy == nil || !forecast.violations.isEmpty { throw ExitCode.failure }
    }
}

/// The manifests that are to be applied.
struct PlannedManifests: Sendable {
    /// Each with its namespace.
    var documents: [JSONValue]
    /// The Rollouts among them.
    var rollouts: [KubernetesObject]
    /// Kinds that no simulation knows; they are passed over.
    var unknown: [String]

    private static let known = [
        "Rollout", "Service", "Ingress", "IngressClass", "IngressClassParams", "Namespace", "ConfigMap",
        "TargetGroupBinding",
    ]
    private static let clusterScoped: Set<String> = [
        "IngressClass", "IngressClassParams", "Namespace",
    ]

    /// - Throws: `UsageProblem` when there is no Rollout to plan for, or one that is not simulated.
    init(_ documents: [JSONValue], namespace: String) throws {
        unknown = []
        self.documents = []
        for document in documents {
            var document = document
            let object = KubernetesObject(document)
            guard Self.known.contains(object.kind) else {
                unknown.append("\(object.kind) \(object.name)")
                continue
            }
            if object.namespace.isEmpty, !Self.clusterScoped.contains(object.kind) {
                document.set(.string(namespace), at: "metadata", "namespace")
            }
            // Plans are made as the controller that serves the Rollout, whatever its instance.
            document.set(nil, at: "metadata", "labels", RolloutKeys.instanceID)
            self.documents.append(document)
        }
        rollouts = self.documents.map(KubernetesObject.init).filter { $0.kind == "Rollout" }
        guard !rollouts.isEmpty else {
            throw UsageProblem("The manifests hold no Rollout; name a file with one with -f.")
        }
        for rollout in rollouts where rollout.spec["workloadRef"]?.objectValue != nil {
            throw UsageProblem(
                "Rollout \(rollout.key) takes its pod template from another workload (spec.workloadRef); plan cannot "
                    + "simulate that yet.")
        }
    }

    /// The namespaces of all objects.
    var namespaces: [String] {
        Set(documents.map { KubernetesObject($0).namespace }.filter { !$0.isEmpty && $0 != "default" })
            .sorted()
    }
}
