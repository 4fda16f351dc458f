// lat -i IF -m v3|v2|recv -t tov -n N : delivery latency of single frames (monotonic stamp at offset 18 of the frame)
#include "common.h"
static double*d;static int n,N=400;
static int cmp(const void*a,const void*b){double x=*(double*)a,y=*(double*)b;return x<y?-1:x>y;}
static void got(const uint8_t*f){struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);uint64_t s;memcpy(&s,f+18,8);if(n<N)d[n++]=(t.tv_sec*1000000000ull+t.tv_nsec-s)/1e3;}
int main(int c,char**v){char*ifn="vb",*mode="v3";int tov=10,o,blk=1<<18,fsz=2048;
 while((o=getopt(c,v,"i:m:t:n:"))>0)switch(o){case'i':ifn=optarg;break;case'm':mode=optarg;break;case't':tov=atoi(optarg);break;case'n':N=atoi(optarg);break;}
 d=calloc(N,8);int fd,ver=0;uint8_t*ring=0;int nb=16,nf=nb*(blk/fsz);
 {fd=socket(AF_PACKET,SOCK_RAW,0);int one=1;setsockopt(fd,SOL_PACKET,PACKET_IGNORE_OUTGOING,&one,4);
  if(mode[0]=='v'){ver=mode[1]=='3'?TPACKET_V3:TPACKET_V2;setsockopt(fd,SOL_PACKET,PACKET_VERSION,&ver,4);
   struct tpacket_req3 r={.tp_block_size=blk,.tp_block_nr=nb,.tp_frame_size=fsz,.tp_frame_nr=nf,.tp_retire_blk_tov=tov};
   if(setsockopt(fd,SOL_PACKET,PACKET_RX_RING,&r,ver==TPACKET_V3?sizeof r:sizeof(struct tpacket_req)))DIE("ring");ring=mmap(0,(size_t)nb*blk,3,MAP_SHARED,fd,0);}
  struct sockaddr_ll a={.sll_family=AF_PACKET,.sll_protocol=htons(ETH_P_ALL),.sll_ifindex=if_nametoindex(ifn)};if(bind(fd,(void*)&a,sizeof a))DIE("bind");}
 fprintf(stderr,"ready\n");int bi=0;static uint8_t buf[65536];double t0=now();
 while(n<N&&now()-t0<20){
  if(!ver){if(recv(fd,buf,65536,0)>0)got(buf);continue;}
  struct pollfd pf={fd,POLLIN,0};poll(&pf,1,1000);
  if(ver==TPACKET_V3)for(;;){struct tpacket_block_desc*b=(void*)(ring+bi*(long)blk);if(!(__atomic_load_n(&b->hdr.bh1.block_status,__ATOMIC_ACQUIRE)&1))break;
   struct tpacket3_hdr*h=(void*)((uint8_t*)b+b->hdr.bh1.offset_to_first_pkt);for(unsigned i=0;i<b->hdr.bh1.num_pkts;i++){got((uint8_t*)h+h->tp_mac);h=(void*)((uint8_t*)h+h->tp_next_offset);}
   __atomic_store_n(&b->hdr.bh1.block_status,0,__ATOMIC_RELEASE);bi=(bi+1)%nb;}
  else for(;;){struct tpacket2_hdr*h=(void*)(ring+bi*(long)fsz);if(!(__atomic_load_n(&h->tp_status,__ATOMIC_ACQUIRE)&1))break;got((uint8_t*)h+h->tp_mac);__atomic_store_n(&h->tp_status,0,__ATOMIC_RELEASE);bi=(bi+1)%nf;}
 }
 qsort(d,n,8,cmp);printf("LAT c-%s tov=%d n=%d p50=%.1fus p90=%.1fus p99=%.1fus max=%.1fus\n",mode,tov,n,d[n/2],d[n*9/10],d[n*99/100],d[n-1]);}
