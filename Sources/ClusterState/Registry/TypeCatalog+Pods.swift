extension TypeCatalog {
    /// The types of a pod's spec, in the notation of `TypeCatalog`.
    ///
    /// Source: the field lists of the Kubernetes OpenAPI document, release 1.31.
    static let podsText = """
        Affinity = nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity
        AppArmorProfile = localhostProfile:s type:s
        Capabilities = add:[s] drop:[s]
        ConfigMapEnvSource = name:s optional:b
        ConfigMapKeySelector! = key:s name:s optional:b
        Container = args:[s] command:[s] env:[EnvVar]/name envFrom:[EnvFromSource] image:s imagePullPolicy:s
            lifecycle:Lifecycle livenessProbe:Probe name:s
            ports:[ContainerPort]/containerPort/containerPort,protocol readinessProbe:Probe
            resizePolicy:[ContainerResizePolicy] resources:ResourceRequirements restartPolicy:s
            securityContext:SecurityContext startupProbe:Probe stdin:b stdinOnce:b terminationMessagePath:s
            terminationMessagePolicy:s tty:b volumeDevices:[VolumeDevice]/devicePath
            volumeMounts:[VolumeMount]/mountPath workingDir:s
        ContainerPort = containerPort:i hostIP:s hostPort:i name:s protocol:s
        ContainerResizePolicy = resourceName:s restartPolicy:s
        EnvFromSource = configMapRef:ConfigMapEnvSource prefix:s secretRef:SecretEnvSource
        EnvVar = name:s value:s valueFrom:EnvVarSource
        EnvVarSource = configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector
            resourceFieldRef:ResourceFieldSelector secretKeyRef:SecretKeySelector
        EphemeralContainer = args:[s] command:[s] env:[EnvVar]/name envFrom:[EnvFromSource] image:s
            imagePullPolicy:s lifecycle:Lifecycle livenessProbe:Probe name:s
            ports:[ContainerPort]/containerPort/containerPort,protocol readinessProbe:Probe
            resizePolicy:[ContainerResizePolicy] resources:ResourceRequirements restartPolicy:s
            securityContext:SecurityContext startupProbe:Probe stdin:b stdinOnce:b targetContainerName:s
            terminationMessagePath:s terminationMessagePolicy:s tty:b volumeDevices:[VolumeDevice]/devicePath
            volumeMounts:[VolumeMount]/mountPath workingDir:s
        ExecAction = command:[s]
        GRPCAction = port:i service:s
        HTTPGetAction = host:s httpHeaders:[HTTPHeader] path:s port:x scheme:s
        HTTPHeader = name:s value:s
        HostAlias = hostnames:[s] ip:s
        Lifecycle = postStart:LifecycleHandler preStop:LifecycleHandler
        LifecycleHandler = exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction tcpSocket:TCPSocketAction
        NodeAffinity = preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm]
            requiredDuringSchedulingIgnoredDuringExecution:NodeSelector
        NodeSelector! = nodeSelectorTerms:[NodeSelectorTerm]
        NodeSelectorRequirement = key:s operator:s values:[s]
        NodeSelectorTerm! = matchExpressions:[NodeSelectorRequirement] matchFields:[NodeSelectorRequirement]
        ObjectFieldSelector! = apiVersion:s fieldPath:s
        Pod = apiVersion:s kind:s metadata:ObjectMeta spec:PodSpec status:PodStatus
        PodAffinity = preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]
            requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]
        PodAffinityTerm = labelSelector:LabelSelector matchLabelKeys:[s] mismatchLabelKeys:[s]
            namespaceSelector:LabelSelector namespaces:[s] topologyKey:s
        PodAntiAffinity = preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]
            requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm]
        PodDNSConfig = nameservers:[s] options:[PodDNSConfigOption] searches:[s]
        PodDNSConfigOption = name:s value:s
        PodOS = name:s
        PodReadinessGate = conditionType:s
        PodResourceClaim = name:s resourceClaimName:s resourceClaimTemplateName:s
        PodSchedulingGate = name:s
        PodSecurityContext = appArmorProfile:AppArmorProfile fsGroup:l fsGroupChangePolicy:s runAsGroup:l
            runAsNonRoot:b runAsUser:l seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile
            supplementalGroups:[l] supplementalGroupsPolicy:s sysctls:[Sysctl]
            windowsOptions:WindowsSecurityContextOptions
        PodSpec = activeDeadlineSeconds:l affinity:Affinity automountServiceAccountToken:b
            containers:[Container]/name dnsConfig:PodDNSConfig dnsPolicy:s enableServiceLinks:b
            ephemeralContainers:[EphemeralContainer]/name hostAliases:[HostAlias]/ip hostIPC:b hostNetwork:b
            hostPID:b hostUsers:b hostname:s imagePullSecrets:[LocalObjectReference]/name
            initContainers:[Container]/name nodeName:s nodeSelector:{s} os:PodOS overhead:{q}
            preemptionPolicy:s priority:i priorityClassName:s readinessGates:[PodReadinessGate]
            resourceClaims:[PodResourceClaim]/name! restartPolicy:s runtimeClassName:s schedulerName:s
            schedulingGates:[PodSchedulingGate]/name securityContext:PodSecurityContext serviceAccount:s
            serviceAccountName:s setHostnameAsFQDN:b shareProcessNamespace:b subdomain:s
            terminationGracePeriodSeconds:l tolerations:[Toleration]
            topologySpreadConstraints:[TopologySpreadConstraint]/topologyKey/topologyKey,whenUnsatisfiable
            volumes:[Volume]/name!
        PreferredSchedulingTerm = preference:NodeSelectorTerm weight:i
        Probe = exec:ExecAction failureThreshold:i grpc:GRPCAction httpGet:HTTPGetAction initialDelaySeconds:i
            periodSeconds:i successThreshold:i tcpSocket:TCPSocketAction terminationGracePeriodSeconds:l
            timeoutSeconds:i
        ResourceClaim = name:s request:s
        ResourceFieldSelector! = containerName:s divisor:q resource:s
        ResourceRequirements = claims:[ResourceClaim]//name limits:{q} requests:{q}
        SELinuxOptions = level:s role:s type:s user:s
        SeccompProfile = localhostProfile:s type:s
        SecretEnvSource = name:s optional:b
        SecretKeySelector! = key:s name:s optional:b
        SecurityContext = allowPrivilegeEscalation:b appArmorProfile:AppArmorProfile capabilities:Capabilities
            privileged:b procMount:s readOnlyRootFilesystem:b runAsGroup:l runAsNonRoot:b runAsUser:l
            seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile
            windowsOptions:WindowsSecurityContextOptions
        SleepAction = seconds:i
        Sysctl = name:s value:s
        TCPSocketAction = host:s port:x
        Toleration = effect:s key:s operator:s tolerationSeconds:l value:s
        TopologySpreadConstraint = labelSelector:LabelSelector matchLabelKeys:[s] maxSkew:i minDomains:i
            nodeAffinityPolicy:s nodeTaintsPolicy:s topologyKey:s whenUnsatisfiable:s
        VolumeDevice = devicePath:s name:s
        VolumeMount = mountPath:s mountPropagation:s name:s readOnly:b recursiveReadOnly:s subPath:s
            subPathExpr:s
        WeightedPodAffinityTerm = podAffinityTerm:PodAffinityTerm weight:i
        WindowsSecurityContextOptions = gmsaCredentialSpec:s gmsaCredentialSpecName:s hostProcess:b
            runAsUserName:s
        """
}
