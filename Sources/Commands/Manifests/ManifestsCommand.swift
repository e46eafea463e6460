package import ArgumentParser

/// `weir manifests`: what a cluster needs before Weir can work in it.
package struct ManifestsCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "manifests", abstract: "Print manifests to apply to a cluster.",
        subcommands: [CustomResourceManifestsCommand.self, InstallManifestsCommand.self])

    package init() {}
}

/// `weir manifests crds`: the custom resources that Weir reads and writes.
package struct CustomResourceManifestsCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "crds", abstract: "Print the CustomResourceDefinitions that Weir needs.",
        discussion: """
            Rollout, TargetGroupBinding and IngressClassParams, made from what Weir's parsers read. For a cluster \
            that has those of Argo Rollouts and the AWS Load Balancer Controller they are not needed. Weir has no \
            AnalysisTemplate, ClusterAnalysisTemplate, AnalysisRun or Experiment, so their definitions are not among \
            them.

            weir manifests crds | kubectl apply -f -
            """)

    @Option(name: .shortAndLong, help: "yaml or json.")
    package var output = ManifestFormat.yaml

    package init() {}

    package func run() throws {
        StandardStream.output.write(try CustomResourceManifests.text(output))
    }
}

/// The format of printed manifests.
package enum ManifestFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case yaml, json
}
