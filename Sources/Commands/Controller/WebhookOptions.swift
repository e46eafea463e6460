import AdmissionWebhook
import ArgumentParser
import KubernetesModel

/// The webhook that gives new pods their readiness gates; names are those of the AWS Load Balancer Controller.
struct WebhookOptions: ParsableArguments {
    @Option(
        defaultAsFlag: true,
        help: """
            Whether new pods of labelled namespaces get readiness gates; needs the Service weir-webhook, and rights to \
            its Secret and its MutatingWebhookConfiguration.
            """)
    var enablePodReadinessGateInject: Bool?

    @Option(help: "The port at which API servers ask about new pods.")
    var webhookBindPort = 9_443

    @Option(
        help: """
            The folder of the webhook's certificate, kept by somebody else, who also writes caBundle; without it Weir \
            makes its own.
            """)
    var webhookCertDir: String?

    @Option(help: "The certificate's file in that folder.")
    var webhookCertFile = "tls.crt"

    @Option(help: "The key's file in that folder.")
    var webhookKeyFile = "tls.key"

    @Option(
        help: """
            The host at which API servers outside of the cluster's network reach the webhook; without it they use the \
            Service weir-webhook.
            """)
    var webhookHost: String?

    func validate() throws {
        guard (1...65_535).contains(webhookBindPort) else {
            throw ValidationError("--webhook-bind-port is \(webhookBindPort); give a port from 1 to 65535.")
        }
    }

    /// `nil` when no webhook is wanted.
    var settings: WebhookSettings? {
        guard enablePodReadinessGateInject == true else { return nil }
        var settings = WebhookSettings(host: "0.0.0.0", port: webhookBindPort, reachedAt: webhookHost)
        if let webhookCertDir {
            settings.files = WebhookSettings.Files(
                certificate: "\(webhookCertDir)/\(webhookCertFile)", key: "\(webhookCertDir)/\(webhookKeyFile)")
        }
        return settings
    }
}

/// Where the webhook listens, and how API servers reach it.
package struct WebhookSettings: Sendable, Equatable {
    /// PEM files that somebody else keeps.
    package struct Files: Sendable, Equatable {
        package var certificate: String
        package var key: String
    }

    /// The address to listen at.
    package var host: String
    /// 0 lets the system choose.
    package var port: Int
    /// The host in the URL that API servers use; `nil`: they use the Service.
    package var reachedAt: String?
    /// The namespace of the Secret and the Service; `nil`: the controller's own.
    package var namespace: String?
    /// `nil`: the certificate is Weir's own, in a Secret.
    package var files: Files?

    /// The Secret of the certificate.
    static let secretName = "weir-webhook-tls"

    package init(host: String, port: Int, reachedAt: String? = nil, namespace: String? = nil) {
        self.host = host
        self.port = port
        self.reachedAt = reachedAt
        self.namespace = namespace
    }

    /// How API servers find the webhook that listens at `port`.
    func configuration(port: Int, namespace: String, label: String) -> WebhookConfiguration {
        let service = ObjectKey(namespace: namespace, name: WebhookConfiguration.name)
        return WebhookConfiguration(
            address: reachedAt.map { .url(host: $0, port: port) } ?? .service(service), namespaceLabel: label)
    }
}
