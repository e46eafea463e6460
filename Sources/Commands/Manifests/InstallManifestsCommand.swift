package import ArgumentParser

/// `weir manifests install`: everything that runs the controllers in a cluster.
package struct InstallManifestsCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Print the manifests that run Weir's controllers in a cluster.",
        discussion: """
            Namespace, CustomResourceDefinitions, service account, rights, two replicas with leader election and \
            probes, and a Service for their metrics. What follows `--` goes to `weir controller`.

            weir manifests install --image registry.example.com/weir:0.1 --role-arn arn:aws:iam::…:role/weir \
            -- --cluster-name prod --aws-vpc-id vpc-… --subnet subnet-… --subnet subnet-… | kubectl apply -f -
            """)

    @Option(help: "The namespace that everything is in; by default Argo Rollouts', which then has to be scaled down.")
    package var namespace = InstallSettings().namespace

    @Flag(help: "Serve this namespace only, with rights in no other.")
    package var namespaced = false

    @Option(help: "The image to run; docs/howto/install.md says how to build it.")
    package var image = InstallSettings().image

    @Option(help: "How many replicas; one of them works.")
    package var replicas = InstallSettings().replicas

    @Option(help: "The IAM role of the service account.")
    package var roleARN: String?

    @Flag(inversion: .prefixedNo, help: "Print the CustomResourceDefinitions as well.")
    package var crds = true

    @Option(name: .shortAndLong, help: "yaml or json.")
    package var output = ManifestFormat.yaml

    @Argument(parsing: .postTerminator, help: "Flags of `weir controller`.")
    package var controllerFlags: [String] = []

    package init() {}

    package func validate() throws {
        if let problem = NamespaceRule.problem(with: namespace) {
            throw ValidationError("--namespace: \(problem).")
        }
        guard (1...100).contains(replicas) else {
            throw ValidationError("--replicas is \(replicas); give a number from 1 to 100.")
        }
        guard !image.isEmpty, !image.contains(where: \.isWhitespace) else {
            throw ValidationError("--image is '\(image)'; give the name of an image, such as weir:0.1.")
        }
        do {
            _ = try ControllerCommand.parse(controllerFlags)
        } catch {
            throw ValidationError("after --: \(ControllerCommand.message(for: error))")
        }
    }

    package func run() throws {
        var settings = InstallSettings()
        settings.namespace = namespace
        settings.isNamespaced = namespaced
        settings.image = image
        settings.replicas = replicas
        settings.roleARN = roleARN
        settings.hasDefinitions = crds
        settings.arguments = controllerFlags
        StandardStream.output.write(try InstallManifests.text(settings, output))
    }
}
