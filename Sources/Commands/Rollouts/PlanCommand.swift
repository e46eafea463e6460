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
            let rollouts = PlannedManifests.objects(wanted, session.namespace).filter { $0.kind == "Rollout" }
            let workloads = try await InlinedWorkload.workloads(of: rollouts, in: session)
            let manifests = try PlannedManifests(wanted, namespace: session.namespace, workloads: workloads)
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
    /// The Rollouts among them, with their pod templates.
    var rollouts: [KubernetesObject]
    /// Kinds that no simulation knows; they are passed over.
    var unknown: [String] = []
    /// What else is not simulated.
    var notes: [String] = []

    private static let known = [
        "Rollout", "Service", "Ingress", "IngressClass", "IngressClassParams", "Namespace", "ConfigMap",
        "TargetGroupBinding",
    ]
    /// Kinds that a Rollout can take its pod template from.
    private static let workloads: Set<String> = ["Deployment", "ReplicaSet", "PodTemplate"]
    private static let clusterScoped: Set<String> = [
        "IngressClass", "IngressClassParams", "Namespace",
    ]

    /// - Parameter workloads: what Rollouts may take their pod templates from if it is not among the documents.
    /// - Throws: `UsageProblem` when there is no Rollout to plan for, or one that is not simulated.
    init(_ documents: [JSONValue], namespace: String, workloads: [KubernetesObject] = []) throws {
        let objects = Self.objects(documents, namespace)
        let templates = objects + workloads
        var referred: Set<String> = []
        self.documents = []
        for var object in objects {
            guard Self.known.contains(object.kind) else {
                if !Self.workloads.contains(object.kind) { unknown.append("\(object.kind) \(object.name)") }
                continue
            }
            // Plans are made as the controller that serves the Rollout, whatever its instance.
            object.document.set(nil, at: "metadata", "labels", RolloutKeys.instanceID)
            if object.kind == "Rollout", let inlined = try InlinedWorkload(object, among: templates) {
                object = inlined.rollout
                notes.append(inlined.note)
                referred.insert(inlined.workload)
            }
            self.documents.append(object.document)
        }
        rollouts = self.documents.map(KubernetesObject.init).filter { $0.kind == "Rollout" }
        guard !rollouts.isEmpty else {
            throw UsageProblem("The manifests hold no Rollout; name a file with one with -f.")
        }
        for object in objects where Self.workloads.contains(object.kind) {
            if !referred.contains("\(object.kind) \(object.key)") { unknown.append("\(object.kind) \(object.name)") }
        }
    }

    /// The documents as objects, each with its namespace.
    static func objects(_ documents: [JSONValue], _ namespace: String) -> [KubernetesObject] {
        documents.map { document in
            var object = KubernetesObject(document)
            if object.namespace.isEmpty, !clusterScoped.contains(object.kind) {
                object.document.set(.string(namespace), at: "metadata", "namespace")
            }
            return object
        }
    }

    /// The namespaces of all objects.
    var namespaces: [String] {
        Set(documents.map { KubernetesObject($0).namespace }.filter { !$0.isEmpty && $0 != "default" })
            .sorted()
    }
}
