/// What the user said about AWS on the command line.
package struct AWSOptions: Sendable {
    /// `--aws-region`.
    package var region: String?
    /// `--aws-endpoint-url`; used for every service.
    package var endpointURL: String?
    /// `--aws-profile`.
    package var profile: String?

    package init(region: String? = nil, endpointURL: String? = nil, profile: String? = nil) {
        self.region = region
        self.endpointURL = endpointURL
        self.profile = profile
    }
}

/// The settings from which AWS calls cannot be made, and what to do about it.
package struct AWSConfigurationProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package var description: String
    /// Whether it is only that no region is set.
    var isMissingRegion = false

    package init(_ description: String) {
        self.description = description
    }
}

/// Region and endpoints, found where the AWS CLI finds them.
package struct AWSConfiguration: Sendable {
    /// For example `eu-central-1`.
    package var region: String
    /// The Elastic Load Balancing v2 endpoint.
    package var elbEndpoint: AWSEndpoint
    /// The Security Token Service endpoint.
    package var stsEndpoint: AWSEndpoint
    /// The profile in use.
    package var profile: SharedProfile

    /// Looks at `options`, the environment and the shared files, in this order.
    package init(options: AWSOptions, host: HostEnvironment) throws(AWSConfigurationProblem) {
        let profile = SharedProfile(named: options.profile, in: host)
        if profile.isExplicit, !profile.exists {
            let places = profile.paths.joined(separator: " or ")
            throw AWSConfigurationProblem(
                "AWS profile '\(profile.name)' is in neither \(places). Add it, or choose another with AWS_PROFILE.")
        }
        let found = options.region ?? host["AWS_REGION"] ?? host["AWS_DEFAULT_REGION"] ?? profile["region"]
        guard let region = found, !region.isEmpty else {
            var problem = AWSConfigurationProblem(
                "The AWS region is not known: looked at --aws-region, AWS_REGION, AWS_DEFAULT_REGION and 'region' of "
                    + "profile '\(profile.name)' in \(profile.paths.joined(separator: ", ")). Set one of them.")
            problem.isMissingRegion = true
            throw problem
        }
        guard region.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else {
            throw AWSConfigurationProblem(
                "The AWS region '\(region)' is not a region name. Give one like 'eu-central-1' with --aws-region.")
        }
        self.region = region
        self.profile = profile
        elbEndpoint = try Self.endpoint(.elasticLoadBalancing, region: region, options, host, profile)
        stsEndpoint = try Self.endpoint(.securityToken, region: region, options, host, profile)
    }

    private static func endpoint(
        _ service: AWSService, region: String, _ options: AWSOptions, _ host: HostEnvironment, _ profile: SharedProfile
    ) throws(AWSConfigurationProblem) -> AWSEndpoint {
        var candidates: [(place: String, url: String?)] = [("--aws-endpoint-url", options.endpointURL)]
        let ignored = host["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? profile["ignore_configured_endpoint_urls"]
        if ignored?.lowercased() != "true" {
            candidates += [
                (service.endpointVariable, host[service.endpointVariable]),
                ("AWS_ENDPOINT_URL", host["AWS_ENDPOINT_URL"]),
                ("'services' of profile '\(profile.name)'", profile.serviceEndpoints[service.configurationKey]),
                ("'endpoint_url' of profile '\(profile.name)'", profile["endpoint_url"]),
            ]
        }
        for (place, url) in candidates {
            guard let url, !url.isEmpty else { continue }
            guard let endpoint = AWSEndpoint(parsing: url) else {
                throw AWSConfigurationProblem(
                    "The endpoint '\(url)' from \(place) is not a URL of the form http://host:port or https://host.")
            }
            return endpoint
        }
        return AWSEndpoint.regional(
            service: service.signingName, region: region,
            usesFIPS: isOn(host["AWS_USE_FIPS_ENDPOINT"] ?? profile["use_fips_endpoint"]),
            usesDualStack: isOn(host["AWS_USE_DUALSTACK_ENDPOINT"] ?? profile["use_dualstack_endpoint"]))
    }

    private static func isOn(_ text: String?) -> Bool { text?.lowercased() == "true" }
}

/// The services this client talks to.
package enum AWSService: Sendable {
    /// Elastic Load Balancing v2.
    case elasticLoadBalancing
    /// Security Token Service.
    case securityToken

    /// The name in the signature's scope and in the regional host.
    package var signingName: String {
        switch self {
        case .elasticLoadBalancing: "elasticloadbalancing"
        case .securityToken: "sts"
        }
    }

    /// The service id in snake case, as `services` sections of the config file use it.
    package var configurationKey: String {
        switch self {
        case .elasticLoadBalancing: "elastic_load_balancing_v2"
        case .securityToken: "sts"
        }
    }

    /// The environment variable which overrides the endpoint.
    package var endpointVariable: String { "AWS_ENDPOINT_URL_\(configurationKey.uppercased())" }
}
